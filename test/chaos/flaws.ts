/** Plans which webhooks of a durable run can never succeed, and which are for a customer whose profile comes late. */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { kindOf } from './actions/actions.ts';
import { pick, whole } from './draw.ts';
import { latecomerOf, nobodyOf, patient } from './people.ts';
import type { Flaw, Webhook } from './webhook.ts';

const shareFlawed = 0.03;
/** Of the webhooks of a tenant that waits for profiles. */
const shareLate = 0.06;

/** The webhooks with flaws in some of them. Equal ones are left as they are: what is parked of them could not be told apart. */
export function withFlaws(webhooks: readonly Webhook[], seed: number): Webhook[] {
  const random = seededRandom(seed + 13);
  const paired = new Set(webhooks.flatMap(({ twinOf, n }) => (twinOf === undefined ? [] : [twinOf, n])));
  return webhooks.map((webhook) => (paired.has(webhook.n) ? webhook : perhapsFlawed(webhook, random)));
}

function perhapsFlawed(webhook: Webhook, random: Random): Webhook {
  const { tenant } = webhook;
  const chance = random();
  if (chance < shareFlawed) return flawed(webhook, random);
  if (!patient.has(tenant) || chance >= shareFlawed + shareLate) return webhook;
  return { ...webhook, person: latecomerOf(tenant, whole(random, 1000)) };
}

function flawed(webhook: Webhook, random: Random): Webhook {
  const { tenant } = webhook;
  const possible: readonly Flaw[] = patient.has(tenant)
    ? ['unknown definition', 'invalid payload']
    : ['unknown definition', 'invalid payload', 'unknown profile'];
  const flaw = pick(random, possible);
  return {
    ...webhook,
    flaw,
    ...(flaw === 'unknown definition' && { definitionId: refusedOf(webhook) }),
    ...(flaw === 'unknown profile' && { person: nobodyOf(tenant) }),
  };
}

/** Drawn without the generator, so that the flaws of a run are those that it has with rewards alone. */
function refusedOf({ action, luck }: Webhook): number {
  const { refusedDefinitions } = kindOf(action);
  return refusedDefinitions[luck % refusedDefinitions.length] ?? 0;
}
