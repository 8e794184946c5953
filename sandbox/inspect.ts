import { isRecord, json, notFound, type Answer, type Ask } from './http.ts';
import { parseFaultRules } from './faultrules.ts';
import { parseProfiles } from './profileseeds.ts';
import type { Sandbox } from './omneo.ts';

/** The routes beside the tenants', for people and for tests in another process. */
export const inspectionRoutes = {
  'GET /_sandbox': 'this list',
  'GET /_sandbox/rewards?tenant=': 'the rewards that the tenant holds',
  'GET /_sandbox/benefits?tenant=': 'the benefits',
  'GET /_sandbox/credits?tenant=': 'the credits',
  'GET /_sandbox/interactions?tenant=': 'the interactions',
  'GET /_sandbox/attributes?tenant=': 'the attributes of its profiles',
  'GET /_sandbox/events': 'what Klaviyo was told',
  'GET /_sandbox/calls': 'calls by tenant and operation, and by status',
  'GET /_sandbox/requests': 'every call',
  'PUT /_sandbox/faults': 'a JSON list of fault rules',
  'DELETE /_sandbox/faults': 'no more faults',
  'PUT /_sandbox/options': 'a JSON object of switches',
  'POST /_sandbox/profiles?tenant=': 'a JSON list of profiles to add',
  'POST /_sandbox/reset': 'back to the start',
};

function options(body: unknown): object {
  if (!isRecord(body)) throw new Error('Options come as an object.');
  return body;
}

function readJSON(ask: Ask): unknown {
  try {
    return JSON.parse(ask.body);
  } catch (cause) {
    throw new Error('The body is not JSON.', { cause });
  }
}

const actions: Record<string, (sandbox: Sandbox, ask: Ask, tenant: string) => unknown> = {
  'GET /_sandbox': () => inspectionRoutes,
  'GET /_sandbox/rewards': (sandbox, _ask, tenant) => sandbox.rewards(tenant),
  'GET /_sandbox/benefits': (sandbox, _ask, tenant) => sandbox.benefits(tenant),
  'GET /_sandbox/credits': (sandbox, _ask, tenant) => sandbox.credits(tenant),
  'GET /_sandbox/interactions': (sandbox, _ask, tenant) => sandbox.interactions(tenant),
  'GET /_sandbox/attributes': (sandbox, _ask, tenant) => sandbox.attributes(tenant),
  'GET /_sandbox/events': (sandbox) => sandbox.events(),
  'GET /_sandbox/calls': (sandbox) => ({ operations: sandbox.calls(), statuses: sandbox.statuses() }),
  'GET /_sandbox/requests': (sandbox) => sandbox.requests(),
  'PUT /_sandbox/faults': (sandbox, ask) => {
    sandbox.setFaults(parseFaultRules(readJSON(ask)));
  },
  'DELETE /_sandbox/faults': (sandbox) => {
    sandbox.setFaults([]);
  },
  'PUT /_sandbox/options': (sandbox, ask) => {
    sandbox.setOption(options(readJSON(ask)));
  },
  'POST /_sandbox/profiles': (sandbox, ask, tenant) => {
    sandbox.addProfiles(tenant, parseProfiles(readJSON(ask)));
  },
  'POST /_sandbox/reset': (sandbox) => {
    sandbox.reset();
  },
};

/** Answers a call under /_sandbox; what cannot be done is a 400 with a sentence. */
export function inspect(sandbox: Sandbox, method: string, ask: Ask): Answer {
  const route = `${method} ${new URL(ask.path).pathname}`;
  const action = Object.hasOwn(actions, route) ? actions[route] : undefined;
  if (!action) return notFound();
  try {
    return json(200, action(sandbox, ask, ask.query.get('tenant') ?? '') ?? { message: 'Done.' });
  } catch (error) {
    return json(400, { message: error instanceof Error ? error.message : String(error) });
  }
}
