import { expect } from 'chai';
import type { NewParked } from '../../../src/ledger/deliveries/deliveries.ts';
import type { DeliveryLedger } from '../../../src/ledger/deliveries/deliveries.ts';
import type { WebhookStorage } from '../../../src/delivery/refusedwebhooks.ts';
import { parkRefusedWebhooks } from '../../../src/http/middleware/parkrefused.ts';
import type { WebhookExchange } from '../../../src/http/webhookstate.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Problem, type ProblemCode } from '../../../src/lib/problem.ts';
import { durableTenant } from '../../delivery/stored.ts';
import { keyringOf } from '../../ledger/seal/samples.ts';

const raw = '{"email":"ada@example.com"}';

describe('What is refused for good', () => {
  let stored: NewParked[];
  let keptMs: number[];
  let isAway: boolean;
  let hasRoom: boolean;
  const deliveries = {
    parkNew: (parked: NewParked, keepMs: number) => {
      if (isAway) return Promise.reject(new LedgerUnavailable('away'));
      stored.push(parked);
      keptMs.push(keepMs);
      return Promise.resolve('delivery-1');
    },
  } as unknown as DeliveryLedger;
  const keyring = keyringOf(1);
  const storage: WebhookStorage = {
    deliveries,
    keyring,
    parkedMs: 5000,
    parkedRoom: { take: () => hasRoom },
  };

  const durable = durableTenant();

  /** What the step throws when the next one has thrown this. */
  const thrown = async (
    error: unknown,
    state: object = { raw, tenant: durable, mayStore: true },
    on: WebhookStorage | undefined = storage,
  ): Promise<unknown> => {
    const step = parkRefusedWebhooks({ name: 'rewards' }, on);
    return step({ state } as WebhookExchange, () => Promise.reject(error as Error)).catch(
      (what: unknown) => what,
    );
  };

  beforeEach(() => {
    stored = [];
    keptMs = [];
    isAway = false;
    hasRoom = true;
  });

  it('is answered as ever, and stored nowhere, when as many are parked as may be', async () => {
    hasRoom = false;
    const problem = new Problem('invalid_payload');
    expect(await thrown(problem)).to.equal(problem);
    expect(stored).to.deep.equal([]);
  });

  for (const [code, reason] of [
    ['invalid_json', 'invalid_payload'],
    ['invalid_payload', 'invalid_payload'],
    ['id_reused', 'id_reused'],
    ['not_allowed', 'not_allowed'],
  ] as const)
    it(`is parked, and its answer names the delivery: ${code}`, async () => {
      const problem = new Problem(code, {
        detail: 'Fix it.',
        errors: [{ field: 'id', code: 'bad', hint: 'Mend it.' }],
      });
      const told = await thrown(problem);
      expect(told).to.be.instanceOf(Problem);
      expect(told).to.deep.include({
        code,
        detail: 'Fix it.',
        errors: problem.errors,
        deliveryId: 'delivery-1',
      });
      expect(stored).to.have.length(1);
      expect(stored[0]).to.include({ tenant: 'acme', reason });
      expect(keptMs).to.deep.equal([5000]);
    });

  it('is stored sealed, with nothing of it in clear', async () => {
    await thrown(new Problem('invalid_payload'));
    const [{ key, delivery } = { key: '', delivery: undefined }] = stored;
    expect(JSON.stringify({ key, summary: delivery?.summary, digests: delivery?.digests })).not.to.include(
      'ada',
    );
    expect(Buffer.from(delivery!.webhook).toString('latin1')).not.to.include('ada');
    expect(keyring.open(delivery!.webhook, { tenant: 'acme', key })).to.equal(raw);
  });

  it('has one key for equal bodies of a tenant, and another for any other', async () => {
    const keyOf = async (body: string, slug = 'acme'): Promise<string> => {
      await thrown(new Problem('invalid_json'), {
        raw: body,
        tenant: durableTenant({ slug }),
        mayStore: true,
      });
      return stored.at(-1)?.key ?? '';
    };
    const first = await keyOf('a');
    expect(await keyOf('a')).to.equal(first);
    expect(await keyOf('b')).not.to.equal(first);
    expect(await keyOf('a', 'bloom')).not.to.equal(first);
  });

  for (const code of [
    'overloaded',
    'not_ready',
    'internal',
    'unauthorized',
    'profile_not_found',
  ] as ProblemCode[])
    it(`is nothing of what passes, or is parked elsewhere: ${code}`, async () => {
      const problem = new Problem(code);
      expect(await thrown(problem)).to.equal(problem);
      expect(stored).to.deep.equal([]);
    });

  for (const [what, state, on] of [
    ['that may not be stored', { raw, tenant: durable, mayStore: false }, storage],
    ['whose body was not read', { tenant: durable, mayStore: true }, storage],
    ['where nothing is stored', { raw, tenant: durable, mayStore: true }, undefined],
  ] as const)
    it(`is not parked ${what}`, async () => {
      const problem = new Problem('invalid_payload');
      const step = parkRefusedWebhooks({ name: 'rewards' }, on);
      const told: unknown = await step({ state } as unknown as WebhookExchange, () =>
        Promise.reject(problem),
      ).catch((error: unknown) => error);
      expect(told).to.equal(problem);
      expect(stored).to.deep.equal([]);
    });

  it('is to come back when the ledger is away: it is not stored', async () => {
    isAway = true;
    expect(await thrown(new Problem('invalid_payload'))).to.be.instanceOf(LedgerUnavailable);
  });

  it('is nothing of a webhook that goes well', async () => {
    const step = parkRefusedWebhooks({ name: 'rewards' }, storage);
    await step({ state: { raw, tenant: durable } } as unknown as WebhookExchange, () => Promise.resolve());
    expect(stored).to.deep.equal([]);
  });
});
