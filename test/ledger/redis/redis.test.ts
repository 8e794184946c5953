import { rewardRequestOf } from '../../support/rewards.ts';
import { expect } from 'chai';
import { toIdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { claimOf, unconfirmed, entryOf, ledgerContract, receipt, times } from '../contract.ts';
import { RedisBench, openLedger } from './bench.ts';
import { Server, needServer } from './server.ts';

for (const name of ['redis-server', 'valkey-server'] as const) {
  describe(`the shared ledger on ${name}`, () => {
    let server: Server | undefined;
    let bench: RedisBench;

    before(async function () {
      server = await Server.start(await needServer(this, name));
      bench = new RedisBench(server.url);
    });
    after(async () => {
      if (server === undefined) return;
      bench.close();
      await server.remove();
    });

    ledgerContract('it', (options) => bench.make(options));

    it('counts the longest settle window of the gateways that have held an entry', async () => {
      const entry = entryOf('order-1');
      const patient = await bench.make({ times });
      await patient.ledger.markUnconfirmed(claimOf(await patient.ledger.claim(entry)), unconfirmed);
      const hasty = { ...times, settleWindowMs: 0 };
      const ledger = await openLedger(server?.url ?? '', { times: hasty });
      const taken = await ledger.claim(entry);
      expect(taken)
        .to.have.property('believeMissIn')
        .that.is.above(times.settleWindowMs / 2);
      await patient.ledger.close();
      await ledger.close();
    });

    it('holds nothing that a webhook says, even where a marketer takes the e-mail for the id', async () => {
      const { ledger } = await bench.make({ times });
      const said = { id: 'ada@example.com', personId: 'ada-7', email: 'ada@example.com', definitionId: 42 };
      const { entry } = toIdempotentRequest(
        { slug: 'acme', omneo: { baseURL: 'https://acme.example' } } as Tenant,
        rewardRequestOf({ ...said, emailFault: null, amount: 12.34, fields: {} }),
        '{}',
        'r-1',
      );
      await ledger.markUnconfirmed(claimOf(await ledger.claim(entry)), unconfirmed);
      const claim = claimOf(await ledger.claim(entry));
      expect(claim.externalId).to.equal(said.id);
      const underWay = await bench.dump();
      await ledger.settle(claim, receipt);
      expect(await ledger.claim(entry)).to.deep.include({ result: 'issued', externalId: said.id });
      const text = underWay + (await bench.dump());
      expect(text).to.include('rewards/id/').and.include(receipt.matchedBy);
      for (const value of ['ada', 'example', '12.34']) expect(text).to.not.include(value);
      await ledger.close();
    });
  });
}
