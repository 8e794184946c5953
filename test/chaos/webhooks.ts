/** Plans the webhooks of a run. */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { pick, whole } from './draw.ts';
import { personOf, tenants } from './people.ts';
import type { Webhook } from './webhook.ts';

const ways = ['klaviyo', 'klaviyo', 'klaviyo', 'omneo', 'email'] as const;

/** Of all keys: those of webhooks without an id that are alone, and those of two equal ones. */
const shareAlone = 0.12;
const sharePaired = 0.03;
/** Of all webhooks: those that come due together with many others, as when past profiles are added to a flow. */
const shareBurst = 0.2;
/** Time between such bursts, in milliseconds. */
export const burstEveryMs = 15_000;

type Options = Readonly<{ count: number; seed: number; arrivalsMs: number }>;

/** So many webhooks from the seed, spread over the time of arrivals. A pair lies side by side. */
export function planWebhooks({ count, seed, arrivalsMs }: Options): Webhook[] {
  const random = seededRandom(seed);
  const planned: Webhook[] = [];
  while (planned.length < count) {
    const kind = random();
    const first = { ...one(random, arrivalsMs), n: planned.length, key: `${seed}-${planned.length}` };
    const hasId = kind >= shareAlone + sharePaired;
    planned.push({ ...first, hasId });
    if (kind < sharePaired && planned.length < count) {
      planned.push({ ...first, hasId, n: first.n + 1, twinOf: first.n, luck: whole(random, 2 ** 31) });
    }
  }
  return planned;
}

function one(random: Random, arrivalsMs: number): Omit<Webhook, 'n' | 'key' | 'hasId'> {
  const tenant = pick(random, tenants);
  const due = random() * arrivalsMs;
  const inBurst = random() < shareBurst && due > burstEveryMs;
  return {
    tenant,
    at: Math.floor(inBurst ? due - (due % burstEveryMs) : due),
    person: personOf(tenant, whole(random, 1000), pick(random, ways)),
    definitionId: pick(random, [42, 6]),
    amount: (1 + whole(random, 198)) / 2,
    amountAsText: random() < 0.3,
    luck: whole(random, 2 ** 31),
  };
}
