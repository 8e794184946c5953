import { expect } from 'chai';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { everything } from '../../sandbox/preset.ts';
import { type Random, randomUUID, seededRandom } from '../../sandbox/random.ts';
import type { ProfileSeed, TenantSeed } from '../../sandbox/seeds.ts';
import type { Switches } from '../../sandbox/switches.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { fastClock } from './clock.ts';
import { deliver } from './crowd.ts';
import { mostRetries } from './klaviyo.ts';

const atOnce = 64;
/** In milliseconds of the machine: of so many of the gateway's a call has two. */
const windowMs = 8_000;
const speed = 20;
const slugs = ['acme', 'bloom'] as const;

/** One in three is known to Omneo by Klaviyo's id, one by Omneo's own, one by e-mail. */
function profilesOf(
  slug: string,
  random: Random,
): Required<Pick<ProfileSeed, 'id' | 'email' | 'identities'>>[] {
  return Array.from({ length: 300 }, (_, number) => ({
    id: randomUUID(random),
    email: `person-${number}+crowd@${slug}.example`,
    identities: number % 3 === 0 ? [{ handle: 'klaviyo', identifier: `01${slug}${number}` }] : [],
  }));
}

/** Ids as callers have them, some of which no look-up can be trusted with. */
const forms = [
  (number: number) => `crowd-${number}`,
  (number: number) => `Crowd-${number}`,
  (number: number) => `${number}`,
  (number: number) => `${number},7`,
  (number: number) => `Größe ${number}`,
];
// All of a form are of one length: a miss is conclusive only for a length that this Omneo has shown to find, and of one
// that very few have none need ever be shown.
const idOf = (number: number): string => (forms[number % forms.length] ?? String)(number + 10_000);
const goesAsItIs = (id: string): boolean => /^[!-~]+$/.test(id) && !id.includes(',');

type Sent = Readonly<{ slug: string; body: { id: string }; profileId: string; amount: number }>;

function webhooksOf(
  count: number,
  profiles: Record<string, ReturnType<typeof profilesOf>>,
  random: Random,
): Sent[] {
  return Array.from({ length: count }, (_, number) => {
    const slug = slugs[number % slugs.length]!;
    const position = Math.floor(random() * 300);
    const { id: profileId, email } = profiles[slug]![position]!;
    const personId = [`01${slug}${position}`, profileId, '01STRANGER'][position % 3];
    const amount = 1 + Math.floor(random() * 20);
    const data = { reward_definition_id: 42, amount, meta: { flow: 'crowd' } };
    return { slug, body: { id: idOf(number), person_id: personId, email, data }, profileId, amount };
  });
}

/** Everything twice, the second copy near the first or far behind it. */
function twice<Item>(items: readonly Item[], random: Random): Item[] {
  const placed = items.flatMap((item, position) => {
    const behind = random() < 0.5 ? random() * 32 : random() * items.length;
    return [
      { item, at: position },
      { item, at: position + behind },
    ];
  });
  return placed.sort((one, other) => one.at - other.at).map(({ item }) => item);
}

/** When the gateway sent a create for an id, each time, in epoch milliseconds. */
function watchCreates(): Readonly<{ sends: Map<string, number[]>; stop: () => void }> {
  const sends = new Map<string, number[]>();
  const onSend = (message: unknown): void => {
    const { path, body } = (message as { request: { path: string; body: unknown } }).request;
    if (!path.endsWith('/rewards') || !Buffer.isBuffer(body)) return;
    const id = (JSON.parse(String(body)) as { external_id: string }).external_id;
    sends.set(id, [...(sends.get(id) ?? []), Date.now()]);
  };
  subscribe('undici:client:sendHeaders', onSend);
  return { sends, stop: () => unsubscribe('undici:client:sendHeaders', onSend) };
}

/** Kinds of Omneo, of which nobody knows which is the real one. */
const natures: readonly (readonly [name: string, Partial<Switches>, count: number])[] = [
  ['as its documentation has it', {}, 10_000],
  [
    'folds, compresses and marks what it says',
    { externalIdFilter: 'folded', contentEncoding: 'gzip', byteOrderMark: true, tokenOddities: ['noType'] },
    5_000,
  ],
  [
    'splits at commas and shows every id',
    { externalIdFilter: 'split', showExternalId: true, searchIdMiss: 'notFound', tokenOddities: ['wrapped'] },
    5_000,
  ],
];

for (const [name, nature, count] of natures)
  describe(`${count} webhooks, 64 at once, each sent twice, while one call in five to an Omneo fails that ${name}`, function () {
    // Two minutes on an idle machine.
    this.timeout(600_000);

    const random = seededRandom(7);
    const profiles = Object.fromEntries(slugs.map((slug) => [slug, profilesOf(slug, random)]));
    const sent = webhooksOf(count, profiles, random);
    let sandbox: Sandbox;
    let gateway: Gateway;
    let endings: Awaited<ReturnType<typeof deliverAll>>;
    let creates: ReturnType<typeof watchCreates>;

    const deliverAll = () =>
      deliver(twice(sent, random), { atOnce, settleWindowMs: windowMs }, async ({ slug, body }) => {
        const { status, json } = await gateway.post(slug, body);
        return { status, json };
      });

    before(async () => {
      const tenants = slugs.map((name): TenantSeed => {
        const tokens = [`${name}-static-token`];
        return {
          name,
          credentials: { clientId: `${name}-client`, clientSecret: `${name}-client-secret`, tokens },
          profiles: profiles[name] ?? [],
        };
      });
      sandbox = await startSandbox({ tenants, seed: 7 });
      // Klaviyo's day passes in two minutes, and so do the gateway's seconds: a time-out of 2 s, a settle window of 8 s.
      // The sandbox must commit nothing later than that: not the delay alone, but the wait for a busy machine counts.
      gateway = await startGateway(
        {
          UPSTREAM_TIMEOUT_MS: '40000',
          LEASE_MS: '100000',
          ANSWER_DEADLINE_MS: '60000',
          SETTLE_WINDOW_MS: String(speed * windowMs),
        },
        { clock: fastClock(speed) },
      );
      gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials: 'oauth' });
      gateway.tenant('bloom', { baseURL: sandbox.baseURL('bloom'), credentials: 'token' });
      sandbox.setFaults(everything(0.2, { hangMs: 30, dripMs: 10, delayMs: 3 }));
      sandbox.setOption(nature);
      creates = watchCreates();
      endings = await deliverAll();
    });

    after(async () => {
      creates.stop();
      await gateway.stop();
      await sandbox.close();
    });

    it('are all answered 200 in the end, and all but one in a thousand before Klaviyo would give up', () => {
      expect(endings).to.have.length(2 * count);
      expect(endings.filter(({ reply }) => reply.status !== 200)).to.deep.equal([]);
      const late = endings.filter(({ retries }) => retries > mostRetries);
      expect(late).to.have.length.below(endings.length / 1000);
    });

    it('are each one reward by the own count of the sandbox', () => {
      const committed = sandbox
        .requests()
        .filter((call) => call.committed && call.operation === 'rewards.create');
      const byId = Map.groupBy(committed, ({ externalId = '' }) => externalId);
      // Of each reward that was made twice, how long after it was sent the sandbox took each create, in milliseconds.
      // One that it took later than the settle window is the machine's fault, and proves nothing.
      const doubled = [...byId].filter(([, calls]) => calls.length > 1);
      const waits = doubled.map(([id, calls]) => {
        const sent = creates.sends.get(id) ?? [];
        return `${id}: ${calls.map(({ at }, n) => at - (sent[n] ?? 0)).join(', ')} of ${sent.length} sent`;
      });
      expect(waits).to.deep.equal([]);
      expect(committed).to.have.length(count);
      expect(slugs.flatMap((slug) => sandbox.rewards(slug))).to.have.length(count);
    });

    it('are each the reward that was asked for, of the right profile and amount', () => {
      const rewards = slugs.flatMap((slug) =>
        sandbox.rewards(slug).map((reward) => [`${slug} ${reward.external_id ?? ''}`, reward] as const),
      );
      const byId = new Map<string, (typeof rewards)[number][1]>(rewards);
      expect(byId.size).to.equal(count);
      for (const { webhook, reply } of endings) {
        const { slug, body, profileId, amount } = webhook;
        const externalId = String(reply.json['external_id']);
        if (goesAsItIs(body.id)) expect(externalId).to.equal(body.id);
        else expect(externalId).to.match(/^gw-id-/);
        const reward = byId.get(`${slug} ${externalId}`);
        expect(reward).to.include({ profile_id: profileId, value_initial: amount, value_remaining: amount });
        expect(reply.json).to.include({ reward_id: reward?.id });
      }
    });

    it('were failed by every kind of fault', () => {
      const kinds = new Set(sandbox.requests().map(({ fault }) => fault));
      for (const { kind } of everything(0.2)) if (kind !== 'delay') expect(kinds).to.include(kind);
    });
  });
