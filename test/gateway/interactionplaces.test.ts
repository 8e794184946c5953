import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Reply } from '../support/gateway.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

type Changes = Readonly<Record<string, unknown>>;

const hourMs = 3_600_000;
const right = { name: 'Opened', channel: 'email', action: 'view', signal: 1 };
/** Its person_id is nobody's yet, so that it is for Ada by her e-mail. */
const body = { id: 'moved-1', person_id: '01ACMENEW', email: ada.email, data: right };
const newcomer = {
  id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a07',
  email: 'new@example.com',
  identities: [{ handle: 'klaviyo', identifier: body.person_id }],
};

describe('An interaction whose create was sent, and has no answer', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;
  let now = 0;

  beforeEach(async () => {
    now = Date.parse('2026-03-01T10:20:30Z');
    const env = { SETTLE_WINDOW_MS: '1' };
    world = await startWorld({ env, parts: { clock: { ...systemClock, now: () => now } } });
    ({ gateway, sandbox } = world);
    // From then on this Omneo is known to show interactions.
    await post({ ...body, id: 'first' });
    await post({ ...body, id: 'first' });
  });
  afterEach(() => world.stop());

  const post = (webhook: unknown): Promise<Reply> => gateway.post('acme', webhook, {}, 'interactions');
  /** How many are held under its id. */
  const count = (): number =>
    sandbox.interactions('acme').filter(({ meta }) => (meta as Changes)['external_id'] === body.id).length;

  /** Sends it; `isMade`: Omneo records it, and its answer is lost. */
  async function lose(isMade: boolean): Promise<void> {
    const when = isMade ? 'after' : 'before';
    const lost: readonly FaultRule[] = [
      { operation: 'interactions.create', kind: 'error', status: 504, when },
      { operation: 'interactions.list', kind: 'error', status: 500, after: 1 },
    ];
    sandbox.setFaults([...lost]);
    expect((await post(body)).status).to.equal(502);
    sandbox.setFaults([]);
    expect(count()).to.equal(isMade ? 1 : 0);
  }

  const others: Readonly<Record<string, () => Changes>> = {
    'whose person is another profile since': () => {
      sandbox.addProfiles('acme', [newcomer]);
      return body;
    },
    'in another namespace': () => ({ ...body, data: { ...right, namespace: 'other' } }),
    'with another time': () => ({ ...body, data: { ...right, interacted_at: '2026-01-01 10:00:00' } }),
    'under another name, two days later': () => {
      now += 48 * hourMs;
      return { ...body, data: { ...right, name: 'Clicked' } };
    },
  };
  for (const [what, change] of Object.entries(others))
    it(`is not recorded again when it comes ${what}`, async () => {
      await lose(true);
      const webhook = change();
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const { status, json } = await post(webhook);
        expect([status, json['code']]).to.deep.equal([503, 'not_ready']);
        expect(json['detail']).to.match(/a human has to see in Omneo/);
      }
      expect(count()).to.equal(1);
    });

  it('is found when its person is the profile again that it was recorded for', async () => {
    await lose(true);
    sandbox.addProfiles('acme', [newcomer]);
    await post(body);
    sandbox.addProfiles('acme', [{ ...newcomer, identities: [] }]);
    expect((await post(body)).json['status']).to.equal('duplicate');
    expect(count()).to.equal(1);
  });

  it('is for a human, and no fault of the webhook, when nobody is found any more', async () => {
    await lose(true);
    const id = sandbox.interactions('acme')[0]!.profile_id;
    sandbox.addProfiles('acme', [{ id, email: 'gone@example.com', profileType: 'deleted' }]);
    const gone = await post(body);
    expect([gone.status, gone.json['code']]).to.deep.equal([502, 'upstream_unavailable']);
  });

  it('is recorded when it was not, for the profile that it was sent for, however late', async () => {
    await lose(false);
    now += 20 * hourMs;
    expect((await post(body)).json['status']).to.equal('created');
    expect(count()).to.equal(1);
  });
});
