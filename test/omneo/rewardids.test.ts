import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { asText, numberOf, parseExact } from '../../src/lib/exactjson.ts';
import { idOf, resourceIdOf } from '../../src/omneo/resources/calls.ts';
import { evidence } from '../support/evidence.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';
import { failureOf } from './parts.ts';

const row = (id: string) => parseExact(`{"id":${id}}`) as Readonly<Record<string, unknown>>;

describe('the id of a reward', () => {
  const rows: [json: string, id: number | string | bigint | undefined][] = [
    ['7', 7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['18446744073709551615', 18446744073709551615n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['7.0', 7],
    ['7e3', 7000],
    ['"9007199254740993"', '9007199254740993'],
    ['"a-b"', 'a-b'],
    ['1e400', undefined],
    ['""', undefined],
    ['null', undefined],
    ['{}', undefined],
    ['[7]', undefined],
    ['true', undefined],
  ];
  for (const [json, id] of rows) {
    it(`that Omneo writes ${json} is ${typeof id} ${String(id)}`, async () => {
      expect(resourceIdOf(row(json))).to.equal(id);
      if (id !== undefined) expect(idOf(row(json))).to.equal(id);
      else
        expect(await failureOf(Promise.resolve().then(() => idOf(row(json))))).to.include({
          mayHaveHappened: true,
        });
    });
  }

  it('and other numbers of Omneo are read as numbers or digits, also where a double writes them otherwise', () => {
    const numbers = ['10.00', '0.10', '1e2', '9007199254740993', '-0'].map((json) => row(json)['id']);
    expect(numbers.map(numberOf)).to.deep.equal([10, 0.1, 100, 9007199254740992, -0]);
    expect(numbers.map(asText)).to.deep.equal(['10.00', '0.10', '1e2', '9007199254740993', '-0']);
    expect([asText('a'), asText(7), numberOf({}), numberOf(null)]).to.deep.equal([
      'a',
      '7',
      Number.NaN,
      Number.NaN,
    ]);
  });

  describe('beyond 2^53', () => {
    const first = '9223372036854770001';
    let sandbox: Sandbox;
    let gateway: Gateway;

    beforeEach(async () => {
      sandbox = await startSandbox({ tenants: sample, firstRewardId: first });
      gateway = await startGateway();
      gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    });

    afterEach(async () => {
      await gateway.stop();
      await sandbox.close();
    });

    it('is answered and logged with all its digits, and remembered', async () => {
      const body = webhook();
      const from = evidence.length;
      for (const status of ['created', 'duplicate']) {
        const { text } = await gateway.post('acme', body);
        expect(text).to.include(`"status":"${status}"`).and.include(`"reward_id":${first},`);
      }
      const lines = evidence.slice(from).filter((line) => line.includes('"msg":"webhook"'));
      expect(lines).to.have.length(2);
      for (const line of lines) expect(line).to.include(`"reward_id":${first},`);
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('is found in Omneo by who has forgotten it', async () => {
      const body = webhook();
      await gateway.post('acme', body);
      const forgetful = await startGateway();
      forgetful.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      const { text } = await forgetful.post('acme', body);
      await forgetful.stop();
      expect(text).to.include('"status":"duplicate"').and.include(`"reward_id":${first},`);
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('is found after a create whose answer was lost', async () => {
      sandbox.setFaults([{ kind: 'reset', when: 'after', operation: 'rewards.create', times: 1 }]);
      const { text } = await gateway.post('acme', webhook());
      expect(text).to.include('"status":"created"').and.include(`"reward_id":${first},`);
      expect(sandbox.rewards('acme')).to.have.length(1);
    });
  });
});
