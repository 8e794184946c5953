import { expect } from 'chai';
import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid, seteuid } from 'node:process';
import { KeyFile } from '../../../src/ledger/seal/keyfile.ts';
import { StartupError } from '../../../src/lib/startup.ts';
import { HandClock } from '../clock.ts';
import { newFolder } from '../sqlite/bench.ts';
import { keyLine, keysOf } from './samples.ts';

const minute = 60_000;
const idOf = (number: number): string => keysOf(number)[0].id.toString('hex');

/** A log that remembers what was said. */
function quietLog() {
  const said: [level: string, fields: object, message: string][] = [];
  const level = (name: string) => (fields: object, message: string) => {
    said.push([name, fields, message]);
  };
  return { said, info: level('info'), warn: level('warn') };
}

describe('a key file', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;
  let clock: HandClock;
  let log: ReturnType<typeof quietLog>;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'keys');
    clock = new HandClock(1_000_000);
    log = quietLog();
    write(1);
  });
  afterEach(() => folder.remove());

  const write = (...numbers: number[]): void => {
    writeFileSync(path, numbers.map((number) => `${keyLine(number)}\n`).join(''));
  };
  const open = (): KeyFile => new KeyFile({ path, clock, log });
  const idsIn = (file: KeyFile): string[] => file.keys().map(({ id }) => id.toString('hex'));

  describe('at the start', () => {
    it('gives its keys', () => {
      write(2, 1);
      expect(idsIn(open())).to.deep.equal([idOf(2), idOf(1)]);
      expect(log.said).to.deep.equal([]);
    });

    for (const [what, spoil, sentence] of [
      [
        'is not there',
        (): void => {
          rmSync(path);
        },
        / cannot be read \(ENOENT\); correct the path or its rights\.$/,
      ],
      [
        'is a folder',
        (): void => {
          rmSync(path);
          mkdirSync(path);
        },
        / cannot be read \(EISDIR\); correct the path or its rights\.$/,
      ],
      [
        'holds no key',
        (): void => {
          writeFileSync(path, '\n');
        },
        / holds no key; [^.]+\.$/,
      ],
    ] as const)
      it(`stops it if it ${what}, with one sentence`, () => {
        spoil();
        expect(open)
          .to.throw(StartupError, sentence)
          .with.property('message')
          .that.matches(/^LEDGER_KEY_FILE: [^\n]+$/);
      });

    it('stops it if it may not be read, with one sentence', function () {
      if (getuid?.() !== 0) this.skip();
      chmodSync(path, 0o600);
      seteuid?.(65532);
      try {
        expect(open).to.throw(StartupError, / cannot be read \(EACCES\); /);
      } finally {
        seteuid?.(0);
      }
    });
  });

  describe('that changes while the gateway runs', () => {
    it('is not looked at before a minute is over', () => {
      const file = open();
      write(2, 1);
      clock.advance(minute - 1);
      expect(idsIn(file)).to.deep.equal([idOf(1)]);
      clock.advance(1);
      expect(idsIn(file)).to.deep.equal([idOf(2), idOf(1)]);
    });

    it('is not looked at again before another minute is over', () => {
      const file = open();
      clock.advance(minute);
      idsIn(file);
      write(2, 1);
      clock.advance(minute - 1);
      expect(idsIn(file)).to.deep.equal([idOf(1)]);
      clock.advance(1);
      expect(idsIn(file)).to.deep.equal([idOf(2), idOf(1)]);
    });

    it('is said to have been read, with the number of its keys', () => {
      const file = open();
      write(3, 2, 1);
      clock.advance(minute);
      file.keys();
      file.keys();
      expect(log.said).to.deep.equal([['info', { keys: 3 }, 'the keys that seal webhooks were read again']]);
    });

    it('is not read if it looks as it did', () => {
      const file = open();
      const keys = file.keys();
      clock.advance(minute);
      expect(file.keys()).to.equal(keys);
      expect(log.said).to.deep.equal([]);
    });

    it('is read if another file of the same size and time has taken its place', () => {
      const file = open();
      const other = join(folder.path, 'other');
      writeFileSync(other, `${keyLine(2)}\n`);
      for (const each of [path, other]) utimesSync(each, 1, 1);
      clock.advance(minute);
      expect(idsIn(file)).to.deep.equal([idOf(1)]);
      renameSync(other, path);
      clock.advance(minute);
      expect(idsIn(file)).to.deep.equal([idOf(2)]);
    });

    for (const [what, spoil, reason] of [
      [
        'cannot be read any more',
        (): void => {
          rmSync(path);
        },
        / cannot be read \(ENOENT\)/,
      ],
      [
        'holds no key any more',
        (): void => {
          writeFileSync(path, '');
        },
        / holds no key/,
      ],
      [
        'is cut in the middle of a key',
        (): void => {
          writeFileSync(path, keyLine(2).slice(0, 20));
        },
        / is a key of 15 bytes/,
      ],
    ] as const)
      it(`leaves its last keys in use if it ${what}, and says so once`, () => {
        const file = open();
        spoil();
        for (let look = 0; look < 3; look += 1) {
          clock.advance(minute);
          expect(idsIn(file)).to.deep.equal([idOf(1)]);
        }
        expect(log.said).to.have.length(1);
        const [level, fields, message] = log.said[0]!;
        expect([level, message]).to.deep.equal([
          'warn',
          'the key file cannot be used; its last keys stay in use',
        ]);
        expect(fields).to.have.property('error').that.matches(reason);
        expect(JSON.stringify(fields)).not.to.contain(keyLine(2).slice(0, 20));
      });

    it('is read when it is good again, and a new fault is said again', () => {
      const file = open();
      for (const [spoiled, number] of [
        ['', 2],
        ['', 3],
      ] as const) {
        writeFileSync(path, spoiled);
        clock.advance(minute);
        file.keys();
        write(number);
        clock.advance(minute);
        expect(idsIn(file)).to.deep.equal([idOf(number)]);
      }
      expect(log.said.map(([level]) => level)).to.deep.equal(['warn', 'info', 'warn', 'info']);
    });

    it('may go away and come back as it was, which is said each time', () => {
      const file = open();
      const aside = join(folder.path, 'aside');
      for (let time = 0; time < 2; time += 1) {
        renameSync(path, aside);
        clock.advance(minute);
        expect(idsIn(file)).to.deep.equal([idOf(1)]);
        renameSync(aside, path);
        clock.advance(minute);
        expect(idsIn(file)).to.deep.equal([idOf(1)]);
      }
      expect(log.said.map(([level]) => level)).to.deep.equal(['warn', 'warn']);
    });
  });
});
