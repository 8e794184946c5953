import { expect } from 'chai';
import { join } from 'node:path';
import { KeyFile } from '../../src/ledger/seal/keyfile.ts';
import { Keyring } from '../../src/ledger/seal/keyring.ts';
import { makeKeyFile } from '../../src/ledger/seal/makekeyfile.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { webhookOf } from './samples.ts';
import { readUnfinished } from './unfinished.ts';
import { bodyOf } from './webhook.ts';

describe('what the chaos run reads of the ledger', () => {
  it('is each stored webhook by its marker, or by its delivery if no key opens it', async () => {
    const folder = await newFolder();
    const keyFile = join(folder.path, 'key');
    await makeKeyFile(keyFile);
    const about = { action: 'rewards', tenant: 'acme', deliveryId: 'd-1' };
    const sealedFor = { tenant: 'acme', key: 'rewards/1' };
    const keyring = new Keyring(new KeyFile({ path: keyFile, clock, log: silent }).keys);
    const webhook = keyring.seal(bodyOf(webhookOf({ flaw: 'invalid payload' })), sealedFor);
    const row = {
      key: 'rewards/1/d-1',
      tenant: 'acme',
      delivery_id: 'd-1',
      state: 'parked',
      reason: 'invalid_payload',
      webhook,
    };
    const pending = { ...row, key: 'rewards/2', delivery_id: 'd-2', state: 'pending', reason: 'pending' };
    const read = readUnfinished([row, pending], keyFile);
    await folder.remove();
    expect(read).to.deep.equal([
      { ...about, key: 'order-0', state: 'parked', reason: 'invalid_payload' },
      { ...about, deliveryId: 'd-2', key: 'd-2', state: 'waiting', reason: 'pending' },
    ]);
  });

  it('is of the action that its key begins with, which there has to be', async () => {
    const folder = await newFolder();
    const keyFile = join(folder.path, 'key');
    await makeKeyFile(keyFile);
    const row = (key: string) => ({
      key,
      tenant: 'acme',
      delivery_id: 'd-1',
      state: 'parked',
      reason: 'gave_up',
    });
    expect(readUnfinished([row('credits/id/1')], keyFile)).to.have.nested.property('[0].action', 'credits');
    expect(() => readUnfinished([row('points/id/1')], keyFile)).to.throw('points');
    await folder.remove();
  });

  it('needs no key where nothing is stored', () => {
    expect(readUnfinished([], '/nowhere')).to.deep.equal([]);
  });
});
