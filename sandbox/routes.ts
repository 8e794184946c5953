import { getAttribute, listAttributes, removeAttribute, setAttribute } from './attributeroutes.ts';
import { benefitRoutes, getBenefitDefinition } from './benefitroutes.ts';
import { creditRoutes } from './creditroutes.ts';
import { json, notFound, type Answer, type Ask } from './http.ts';
import { listIdentities } from './identityroutes.ts';
import { interactionRoutes } from './interactionroutes.ts';
import type { Operation } from './operation.ts';
import { filterValues, page } from './paging.ts';
import { getProfile, listProfiles, searchId } from './profileroutes.ts';
import { rewardRoutes } from './rewardroutes.ts';
import type { DefinitionSeed } from './seeds.ts';
import type { Switches } from './switches.ts';
import { distort } from './tokenoddities.ts';
import type { Tenant } from './tenant.ts';

/** All that a handler needs; `id` and `name` are what the path names of routes that have them, else "". */
export type Exchange = { tenant: Tenant; id: string; name: string; ask: Ask; switches: Switches };

const presentDefinition = ({ id, handle, name, maxValue }: DefinitionSeed) => ({
  id,
  handle,
  name: name ?? handle,
  max_value: maxValue ?? null,
});

type DefinitionsOf = (tenant: Tenant) => DefinitionSeed[];

const listDefinitions =
  (definitionsOf: DefinitionsOf) =>
  ({ tenant, ask, switches }: Exchange): Answer => {
    const handles = filterValues(ask.query, 'handle');
    const rows = definitionsOf(tenant).filter(({ handle }) => handles?.includes(handle) ?? true);
    return page(rows, ask, switches.pageSize, presentDefinition);
  };

const getDefinition =
  (definitionsOf: DefinitionsOf) =>
  ({ tenant, id }: Exchange): Answer => {
    const definition = definitionsOf(tenant).find((each) => String(each.id) === id);
    return definition ? json(200, { data: presentDefinition(definition) }) : notFound();
  };

const rewardDefinitions: DefinitionsOf = ({ definitions }) => definitions;
const benefitDefinitions: DefinitionsOf = ({ benefitDefinitions: definitions }) => definitions;
const creditDefinitions: DefinitionsOf = ({ creditDefinitions: definitions }) => definitions;

const handlers: Record<Operation, (exchange: Exchange) => Answer> = {
  token: ({ tenant, ask, switches }) => distort(tenant.tokens.issue(ask), switches.tokenOddities),
  verify: () => json(200, { message: 'Authenticated.' }),
  'search-id': searchId,
  profiles: listProfiles,
  'profiles.get': getProfile,
  identities: listIdentities,
  'rewards.list': rewardRoutes.list,
  'rewards.create': rewardRoutes.create,
  'rewards.get': rewardRoutes.get,
  'rewards.delete': rewardRoutes.remove,
  definitions: listDefinitions(rewardDefinitions),
  'definitions.get': getDefinition(rewardDefinitions),
  'benefits.list': benefitRoutes.list,
  'benefits.create': benefitRoutes.create,
  'benefits.get': benefitRoutes.get,
  'benefits.delete': benefitRoutes.remove,
  'benefit-definitions': listDefinitions(benefitDefinitions),
  'benefit-definitions.get': getBenefitDefinition('id'),
  'benefit-definitions.handle': getBenefitDefinition('handle'),
  'credits.list': creditRoutes.list,
  'credits.create': creditRoutes.create,
  'credits.get': creditRoutes.get,
  'credits.delete': creditRoutes.remove,
  'credit-definitions': listDefinitions(creditDefinitions),
  'credit-definitions.get': getDefinition(creditDefinitions),
  'interactions.list': interactionRoutes.list,
  'interactions.create': interactionRoutes.create,
  'interactions.get': interactionRoutes.get,
  'interactions.delete': interactionRoutes.remove,
  'attributes.list': listAttributes,
  'attributes.set': setAttribute,
  'attributes.get': getAttribute,
  'attributes.delete': removeAttribute,
  unknown: notFound,
};

/** The true answer to a call: who is asking, how often, and then the operation itself. */
export function answerTo(operation: Operation, exchange: Exchange): Answer {
  const { tenant, ask, switches } = exchange;
  if (operation === 'token' || operation === 'unknown') return handlers[operation](exchange);
  if (!tenant.tokens.accepts(ask.authorization)) return json(401, { message: 'Unauthenticated.' });
  const { throttlePerMinute: calls, throttleMinuteMs: windowMs } = switches;
  if (calls === null) return handlers[operation](exchange);

  const { limit, remaining, retryAfter } = tenant.throttle({ calls, windowMs });
  const headers = { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining) };
  if (retryAfter !== undefined)
    return json(429, { message: 'Too Many Attempts.' }, { ...headers, 'retry-after': String(retryAfter) });
  const answer = handlers[operation](exchange);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
