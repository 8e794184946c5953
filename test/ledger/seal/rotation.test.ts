import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Keyring } from '../../../src/ledger/seal/keyring.ts';
import { openKeyring } from '../../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../../src/ledger/sqlite/address.ts';
import { commandsOf } from '../../support/markdown.ts';
import { readText } from '../../support/pages.ts';
import { HandClock } from '../clock.ts';
import { newFolder, silent } from '../sqlite/bench.ts';

const about = { tenant: 'acme', key: 'd-1' };

/** The steps of the page on operating, each on the file as the last one left it. */
describe('the rotation of keys by the commands of the page', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let clock: HandClock;
  let steps: readonly string[];
  /** Of a gateway that runs all the while. */
  let running: Keyring;
  let old: string;
  let sealedBefore: Buffer;

  before(async () => {
    folder = await newFolder();
    clock = new HandClock();
    steps = commandsOf(await readText('docs/operating.md')).get('Rotating the keys in a file') ?? [];
    running = await openHere();
    [old = ''] = lines();
    sealedBefore = running.seal('before', about);
  });
  after(() => folder.remove());

  async function openHere(): Promise<Keyring> {
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const keyring = await openKeyring({ address, keyFile: undefined, clock, log: silent });
    return keyring ?? expect.fail('there is no keyring');
  }

  function lines(): string[] {
    return readFileSync(join(folder.path, 'ledger.db.key'), 'utf8').trimEnd().split('\n');
  }

  /** Runs a step, and lets the minute pass in which the running gateway has not seen it. */
  async function take(step: number): Promise<void> {
    const commands = steps[step] ?? expect.fail('there is no such step');
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { cwd: folder.path });
    clock.advance(60_000);
  }

  it('first adds a key that opens and does not seal yet', async () => {
    await take(0);
    expect(lines()).to.have.length(2);
    expect(lines()[0]).to.equal(old);
    expect(running.searchDigests('id', 'acme', 'x')).to.have.length(2);
    expect(running.seal('x', about).subarray(1, 9)).to.deep.equal(sealedBefore.subarray(1, 9));
  });

  it('then lets it seal, with no restart, and goes on opening what the old one sealed', async () => {
    await take(1);
    expect(lines()).to.have.length(2);
    expect(lines()[1]).to.equal(old);
    expect(running.seal('x', about).subarray(1, 9)).not.to.deep.equal(sealedBefore.subarray(1, 9));
    expect(running.open(sealedBefore, about)).to.equal('before');
  });

  it('in the end removes the old key, and what the new one sealed opens after a restart too', async () => {
    const sealed = running.seal('after', about);
    await take(2);
    expect(lines()).to.have.length(1);
    for (const keyring of [running, await openHere()]) {
      expect(keyring.open(sealed, about)).to.equal('after');
      expect(keyring.open(sealedBefore, about)).to.deep.equal({ fault: 'key_missing' });
    }
  });

  it('takes three steps, leaves no copy of a key, and keeps the file to its owner', () => {
    expect(steps).to.have.length(3);
    expect(readdirSync(folder.path)).to.deep.equal(['ledger.db.key']);
    const { mode } = statSync(join(folder.path, 'ledger.db.key'));
    expect((mode & 0o777).toString(8)).to.equal('600');
  });
});
