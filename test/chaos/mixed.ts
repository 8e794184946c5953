/** Plans which webhooks of a run are of which action, and which share an id. */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { type ActionName, kindOf } from './actions/actions.ts';
import { pick } from './draw.ts';
import { type Webhook, idOf } from './webhook.ts';

/** Of webhooks with an id: those that bear the id of the one before, where that is of another action. */
const shareShared = 0.08;
/** Of these: those that become due together with it. */
const shareAtOnce = 0.5;

type Options = Readonly<{ actions: readonly ActionName[]; seed: number }>;

/** The webhooks, spread over the actions. One that equals another one is of the same action. */
export function withActions(webhooks: readonly Webhook[], { actions, seed }: Options): Webhook[] {
  const random = seededRandom(seed + 29);
  const planned = new Map<number, Webhook>();
  for (const webhook of webhooks) {
    const other = webhook.twinOf === undefined ? undefined : planned.get(webhook.twinOf);
    planned.set(webhook.n, other === undefined ? ofOne(webhook, actions, random) : likeIt(webhook, other));
  }
  return withSharedIds([...planned.values()], random);
}

function ofOne(webhook: Webhook, actions: readonly ActionName[], random: Random): Webhook {
  const action = pick(random, actions);
  if (action === webhook.action) return webhook;
  return { ...webhook, action, definitionId: pick(random, kindOf(action).definitions) };
}

function likeIt(twin: Webhook, { action, definitionId }: Webhook): Webhook {
  return { ...twin, action, definitionId };
}

/** As an order's Flow may give a credit and record an interaction, both under the order's id: that is one of each. */
function withSharedIds(webhooks: readonly Webhook[], random: Random): Webhook[] {
  let last: Webhook | undefined;
  let taken = new Set<ActionName>();
  return webhooks.map((webhook) => {
    if (!webhook.hasId) return webhook;
    if (last !== undefined && random() < shareShared && !taken.has(webhook.action)) {
      taken.add(webhook.action);
      return { ...webhook, ...sharedWith(last, webhook, random) };
    }
    last = webhook;
    taken = new Set([webhook.action]);
    return webhook;
  });
}

function sharedWith(last: Webhook, { at }: Webhook, random: Random): Partial<Webhook> {
  const { tenant, person } = last;
  return { tenant, person, sharedId: idOf(last), at: random() < shareAtOnce ? last.at : at };
}
