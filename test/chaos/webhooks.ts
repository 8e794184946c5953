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

type Options = Readonly<{
  count: number;
  seed: number;
  arrivalsMs: number;
  /** How long after the other one's 200 a twin is sent, in milliseconds. */
  apartMs: number;
}>;

/** So many webhooks from the seed, all of rewards, spread over the time of arrivals. A pair lies side by side. */
export function planWebhooks({ count, seed, arrivalsMs, apartMs }: Options): Webhook[] {
  const random = seededRandom(seed);
  // Pairs come early, so that both of them meet faults and nobody has to wait for the second.
  const pairsMs = Math.max(arrivalsMs - apartMs, arrivalsMs / 4);
  const planned: Webhook[] = [];
  while (planned.length < count) {
    const kind = random();
    const isPair = kind < sharePaired;
    const first = {
      ...one(random, isPair ? pairsMs : arrivalsMs),
      n: planned.length,
      key: `${seed}-${planned.length}`,
    };
    const hasId = kind >= shareAlone + sharePaired;
    planned.push({ ...first, hasId });
    if (isPair && planned.length < count) {
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
    action: 'rewards',
    at: Math.floor(inBurst ? due - (due % burstEveryMs) : due),
    person: personOf(tenant, whole(random, 1000), pick(random, ways)),
    definitionId: pick(random, [42, 6]),
    amount: (1 + whole(random, 198)) / 2,
    amountAsText: random() < 0.3,
    luck: whole(random, 2 ** 31),
  };
}
