import { expect } from 'chai';
import { rewardsAction } from '../../src/actions/rewards/rewardsaction.ts';
import type { Rehearsed } from '../../src/delivery/rehearsal/rehearsal.ts';
import { InFlight } from '../../src/http/inflight.ts';
import { Limit } from '../../src/http/middleware/limits.ts';
import { type PastedWebhook, rehearsePasted } from '../../src/http/rehearsepasted.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { Problem } from '../../src/lib/problem.ts';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../src/tenants/resolve.ts';
import { tenantBehind } from '../../src/tenants/tenant.ts';
import { omneoTenant, policy, secretsWith } from '../tenants/support.ts';
import { webhook } from '../support/webhooks.ts';

const end: Rehearsed = { would: 'create', matchedBy: 'klaviyo', externalId: 'order-7' };
const elsewhere = { name: 'acme-klaviyo', rewardDefinitions: [7] };
const secrets = secretsWith({ scoped: { 'webhook-secret': 'a-secret-of-one-flow' } });

function pastedTo(spec: Parameters<typeof omneoTenant>[0] = {}): PastedWebhook {
  const resolution = resolve(omneoTenant(spec), secrets, policy);
  const tenant = tenantBehind(resolution);
  if (tenant === undefined) throw new Error('it is valid');
  const text = JSON.stringify(webhook());
  return {
    resolution,
    webhook: rewardsAction().parse(JSON.parse(text), tenant),
    text,
    requestId: 'request',
  };
}

describe('A pasted webhook', () => {
  let places: Readonly<{ process: Limit; tenants: Limit }>;
  let inFlight: InFlight;
  let asked: number;
  /** How the rehearsals end that are under way. */
  let ending: PromiseWithResolvers<Rehearsed>;
  /** Ends the time of an answer. */
  let endTime: () => void;

  const rehearse = (pasted: PastedWebhook): Promise<Rehearsed> =>
    rehearsePasted({
      rehearse: () => {
        asked += 1;
        return ending.promise;
      },
      places,
      inFlight,
      clock: {
        ...systemClock,
        after: (_, callback) => {
          endTime = callback;
          return () => undefined;
        },
      },
      answerDeadlineMs: 1000,
    })(pasted);

  const codeOf = (rehearsing: Promise<Rehearsed>): Promise<unknown> =>
    rehearsing.then(
      ({ would }) => would,
      (error: unknown) => (error instanceof Problem ? error.code : error),
    );

  beforeEach(() => {
    places = { process: new Limit(2), tenants: new Limit(1) };
    inFlight = new InFlight();
    asked = 0;
    ending = Promise.withResolvers();
  });

  it('ends as its rehearsal does', async () => {
    ending.resolve(end);
    expect(await rehearse(pastedTo())).to.equal(end);
  });

  it('takes a place of its tenant, and gives it back at its end, good or bad', async () => {
    const first = codeOf(rehearse(pastedTo()));
    expect(await codeOf(rehearse(pastedTo()))).to.equal('overloaded');
    ending.reject(new Problem('profile_not_found'));
    expect(await first).to.equal('profile_not_found');
    await inFlight.idle();
    ending = Promise.withResolvers();
    ending.resolve(end);
    expect(await codeOf(rehearse(pastedTo()))).to.equal('create');
  });

  it('takes a place of the process, and none if its tenant has no room', async () => {
    const leave = [places.tenants.enter('acme'), places.process.enter('')];
    expect(await codeOf(rehearse(pastedTo()))).to.equal('overloaded');
    for (const each of leave) each();
    places.process.enter('');
    const underWay = codeOf(rehearse(pastedTo()));
    expect(places.process.tryEnter('')).to.equal(null);
    expect(await codeOf(rehearse(pastedTo({ slug: 'bloom' })))).to.equal('overloaded');
    ending.resolve(end);
    expect(await underWay).to.equal('create');
    expect(asked).to.equal(1);
  });

  it('keeps its places beyond a late answer, until its last call has ended', async () => {
    const late = codeOf(rehearse(pastedTo()));
    endTime();
    expect(await late).to.equal('upstream_unavailable');
    expect([inFlight.size, places.tenants.tryEnter('acme')]).to.deep.equal([1, null]);
    ending.resolve(end);
    await inFlight.idle();
    expect(places.tenants.tryEnter('acme')).not.to.equal(null);
  });

  it('is not begun by a replica that is stopping', async () => {
    inFlight.beginDrain();
    expect(await codeOf(rehearse(pastedTo()))).to.equal('not_ready');
    expect(asked).to.equal(0);
  });

  it('is told that its tenant is suspended', async () => {
    expect(await codeOf(rehearse(pastedTo({ suspend: true })))).to.equal('not_ready');
    expect(asked).to.equal(0);
  });

  it('is told that its tenant does not serve the action, as a live one is', async () => {
    ending.resolve(end);
    const klaviyo = { secretRefs: [elsewhere, { name: 'scoped' }], actions: ['benefits' as const] };
    expect(await codeOf(rehearse(pastedTo({ klaviyo })))).to.equal('not_found');
    expect(asked).to.equal(0);
  });

  const scopes: [what: string, klaviyo: OmneoTenant['spec']['klaviyo'], ends: string][] = [
    [
      'is taken if one live secret of several may be used for it',
      { secretRefs: [elsewhere, { name: 'scoped', rewardDefinitions: [42] }] },
      'create',
    ],
    ['is refused if no secret may be used for it', { secretRefs: [elsewhere] }, 'not_allowed'],
    [
      'is refused if only a rehearsal secret may',
      { secretRefs: [elsewhere], rehearsalSecretRefs: [{ name: 'scoped' }] },
      'not_allowed',
    ],
  ];
  for (const [what, klaviyo, ends] of scopes)
    it(what, async () => {
      ending.resolve(end);
      expect(await codeOf(rehearse(pastedTo({ klaviyo })))).to.equal(ends);
    });
});
