import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { SuspendFile, type Suspension } from '../../src/sources/suspendfile.ts';
import { newFolder } from '../ledger/sqlite/bench.ts';
import { keptLog } from '../tenants/support.ts';

describe('The file that suspends every tenant', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;
  let log: ReturnType<typeof keptLog>;
  let told: Suspension[];
  /** What is done when the second is over; undefined: nothing is. */
  let next: (() => void) | undefined;
  let file: SuspendFile;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'suspend-all');
    log = keptLog();
    told = [];
    next = undefined;
    const after = (ms: number, run: () => void): (() => void) => {
      expect(ms).to.equal(1000);
      next = run;
      return () => {
        next = undefined;
      };
    };
    file = new SuspendFile({ path, clock: { after }, log, onChange: (suspension) => told.push(suspension) });
  });
  afterEach(async () => {
    file.stop();
    await folder.remove();
  });

  /** Writes the file, or takes it away, and lets the next look at it pass. */
  const lookAfter = async (text: string | undefined): Promise<void> => {
    await (text === undefined ? rm(path) : writeFile(path, text));
    // It looks whenever it is told to; to be told by hand is to know when it has.
    await file.start();
  };
  const lines = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);

  it('suspends none while it says false, and is silent about it', async () => {
    await writeFile(path, 'false\n');
    await file.start();
    expect(told).to.deep.equal([{ isOn: false, isReadable: true }]);
    expect(lines()).to.deep.equal([]);
  });

  it('is read again each second, until it is stopped', async () => {
    await writeFile(path, 'false');
    await file.start();
    expect(next).to.be.a('function');
    file.stop();
    expect(next).to.equal(undefined);
  });

  it('suspends all when it says true, and serves them again when it says false, with a line each', async () => {
    await writeFile(path, 'false');
    await file.start();
    await lookAfter('true');
    await lookAfter(' true \n');
    await lookAfter('false');
    expect(told.map(({ isOn }) => isOn)).to.deep.equal([false, true, false]);
    expect(lines()).to.deep.equal([
      'warn: SUSPEND_ALL_FILE says true: every tenant is suspended',
      'info: SUSPEND_ALL_FILE says false: tenants are served again',
    ]);
  });

  it('is followed when what its link leads to changes, as volumes of Kubernetes do', async () => {
    const [old, other] = ['old', 'other'].map((name) => join(folder.path, name)) as [string, string];
    await writeFile(old, 'false');
    await writeFile(other, 'true');
    await symlink(old, path);
    await file.start();
    await rm(path);
    await symlink(other, path);
    await file.start();
    expect(told.map(({ isOn }) => isOn)).to.deep.equal([false, true]);
  });

  for (const [was, stays] of [
    ['false', 'no tenant is suspended by it'],
    ['true', 'every tenant stays suspended'],
  ] as const)
    for (const [what, text, fault] of [
      ['says something else', 'yes', 'says neither true nor false'],
      ['is empty', '', 'says neither true nor false'],
      ['is gone', undefined, 'cannot be read (Error(ENOENT))'],
    ] as const)
      it(`leaves it at ${was} when it ${what}, and says so once`, async () => {
        await writeFile(path, was);
        await file.start();
        await lookAfter(text);
        await file.start();
        expect(told.at(-1)).to.deep.equal({ isOn: was === 'true', isReadable: false });
        const errors = lines().filter((line) => line.startsWith('error'));
        expect(errors).to.deep.equal([
          `error: SUSPEND_ALL_FILE ${fault}, so ${stays} until it says otherwise`,
        ]);
        await lookAfter(was);
        expect(told.at(-1)).to.deep.equal({ isOn: was === 'true', isReadable: true });
      });

  it('suspends all as long as it has said nothing at all', async () => {
    await file.start();
    expect(told).to.deep.equal([{ isOn: true, isReadable: false }]);
    await lookAfter('false');
    expect(told.at(-1)).to.deep.equal({ isOn: false, isReadable: true });
  });
});
