import { usualActions } from '../tenants/actionnames.ts';
import { Gauge } from 'prom-client';
import { type Exposition, type Family, lineOf } from './exposition.ts';
import { TenantCounter } from './tenantcounter.ts';
import type { Registry } from '../tenants/registry.ts';
import { type Resolution, type Tenant, tenantBehind } from '../tenants/tenant.ts';

type CounterName =
  | 'webhooks'
  | 'issuedAmounts'
  | 'secrets'
  | 'outsideScope'
  | 'conflicts'
  | 'calls'
  | 'alteredIds'
  | 'forgotten';
type TenantCounters = Readonly<Record<CounterName, TenantCounter>>;

/** What is counted per tenant; a tenant that goes takes its series along. */
export function createTenantCounters(exposition: Exposition, registry: Registry): TenantCounters {
  const webhooks = new TenantCounter({
    name: 'omneo_gateway_webhook_requests_total',
    help: 'Webhooks, by tenant, HTTP status code, outcome and action.',
    labelNames: ['code', 'outcome', 'action'],
  });
  const issuedAmounts = issuedAmountCounter();
  const secrets = new TenantCounter({
    name: 'omneo_gateway_webhook_secret_used_total',
    help: 'Authenticated webhooks, by tenant and by the Secret and key that matched: shows when an old secret is out of use.',
    labelNames: ['secret'],
  });
  const outsideScope = outsideScopeCounter();
  const conflicts = new TenantCounter({
    name: 'omneo_gateway_identity_conflicts_total',
    help: 'Webhooks that became a reward though person_id and e-mail are of two profiles, by tenant.',
    labelNames: [],
  });
  const calls = new TenantCounter({
    name: 'omneo_gateway_upstream_requests_total',
    help: 'Calls to Omneo, by tenant, operation and HTTP status code, or error when there was no answer.',
    labelNames: ['operation', 'code'],
  });
  const alteredIds = new TenantCounter({
    name: 'omneo_gateway_altered_external_ids_total',
    help: 'Rewards that Omneo shows under another external_id than it was sent, by tenant.',
    labelNames: [],
  });
  const forgotten = new TenantCounter({
    name: 'omneo_gateway_ledger_forgotten_total',
    help: 'Webhooks whose reward Omneo showed though the ledger had no entry for them, by tenant.',
    labelNames: [],
  });
  exposition.add(withActions(webhooks, registry));
  exposition.add(fromZero(issuedAmounts, registry));
  for (const each of [secrets, withScopes(outsideScope, registry), conflicts, calls, alteredIds, forgotten])
    exposition.add(each);
  const counters = Object.freeze({
    webhooks,
    issuedAmounts,
    secrets,
    outsideScope,
    conflicts,
    calls,
    alteredIds,
    forgotten,
  });
  registry.onRemoved((slug) => {
    for (const counter of Object.values(counters)) counter.remove(slug);
  });
  return counters;
}

/** The counter with a series of 0 for each action of each tenant: one that begins at its first event rate() does not see. */
function withActions(webhooks: TenantCounter, registry: Registry): Family {
  const { name, help, type } = webhooks;
  const lines = function* (): Generator<string> {
    yield* webhooks.lines();
    for (const slug of registry.slugs())
      for (const action of actionsOf(registry.get(slug)))
        if (!webhooks.has(slug, '200', 'granted', action))
          yield webhooks.zero(slug, '200', 'granted', action);
    const unknown = ['unknown', '401', 'unknown_tenant', 'rewards'] as const;
    if (!webhooks.has(...unknown)) yield webhooks.zero(...unknown);
  };
  return { name, help, type, lines };
}

/** Those that the tenant serves, or would if it were not suspended. */
function actionsOf(resolution: Resolution | undefined): readonly string[] {
  return tenantBehind(resolution)?.klaviyo.actions ?? usualActions;
}

function issuedAmountCounter(): TenantCounter {
  return new TenantCounter({
    name: 'omneo_gateway_issued_amount_total',
    help: 'What the rewards and credits are worth in all that were created, by tenant and in its currency. Each counts once.',
    labelNames: [],
  });
}

/** The counter with this series at 0 for each tenant: one that begins at its first event rate() does not see. */
function fromZero(counter: TenantCounter, registry: Registry): Family {
  const { name, help, type } = counter;
  const lines = function* (): Generator<string> {
    yield* counter.lines();
    for (const slug of registry.slugs()) if (!counter.has(slug)) yield counter.zero(slug);
  };
  return { name, help, type, lines };
}

function outsideScopeCounter(): TenantCounter {
  return new TenantCounter({
    name: 'omneo_gateway_webhook_outside_scope_total',
    help: 'Webhooks that asked for what their secret may not be used for, by tenant and by the Secret and key that matched.',
    labelNames: ['secret'],
  });
}

/** The counter with a series of 0 for each secret that has a scope: one that begins at its first event rate() does not see. */
function withScopes(counter: TenantCounter, registry: Registry): Family {
  const { name, help, type } = counter;
  const lines = function* (): Generator<string> {
    yield* counter.lines();
    for (const slug of registry.slugs())
      for (const { name: secret, scope } of registry.get(slug)?.webhookSecrets ?? [])
        if (scope !== undefined && !counter.has(slug, secret)) yield counter.zero(slug, secret);
  };
  return { name, help, type, lines };
}

type State = 'ready' | 'suspended' | 'credentials_refused' | 'refs_not_resolved' | 'not_accepted';
const states: readonly State[] = [
  'ready',
  'suspended',
  'credentials_refused',
  'refs_not_resolved',
  'not_accepted',
];

/**
 * Whether tenants are served, and why not. Made anew from the registry at each scrape, so that nothing can be stale:
 * a tenant has one state at a time, and none when it is gone.
 */
export function addTenantGauges(
  exposition: Exposition,
  registry: Registry,
  refused: Readonly<{ has: (tenant: Tenant) => boolean }>,
): void {
  const statesNow = function* (): Generator<readonly [slug: string, state: State]> {
    for (const slug of registry.slugs()) {
      const resolution = registry.get(slug);
      if (resolution !== undefined) yield [slug, stateOf(resolution, refused)];
    }
  };
  const [ready, stateful] = ['omneo_gateway_tenant_ready', 'omneo_gateway_tenant_state'];
  exposition.add({
    name: ready,
    help: 'Whether webhooks of the tenant can be issued: 1 or 0.',
    type: 'gauge',
    *lines() {
      for (const [tenant, state] of statesNow())
        yield lineOf(ready, { tenant }) + (state === 'ready' ? '1' : '0');
    },
  });
  exposition.add({
    name: stateful,
    help: `Always 1; the labels tell the state of each tenant: ${states.join(', ')}.`,
    type: 'gauge',
    *lines() {
      for (const [tenant, state] of statesNow()) yield `${lineOf(stateful, { tenant, state })}1`;
    },
  });
  new Gauge({
    name: 'omneo_gateway_tenants',
    help: `Registered tenants, by state: ${states.join(', ')}.`,
    labelNames: ['state'],
    registers: [exposition.small],
    collect() {
      const counts = new Map<State, number>(states.map((state) => [state, 0]));
      for (const [, state] of statesNow()) counts.set(state, (counts.get(state) ?? 0) + 1);
      for (const [state, count] of counts) this.set({ state }, count);
    },
  });
}

function stateOf(resolution: Resolution, refused: Readonly<{ has: (tenant: Tenant) => boolean }>): State {
  if ('tenant' in resolution) return refused.has(resolution.tenant) ? 'credentials_refused' : 'ready';
  const { condition } = resolution.refusal;
  return condition === 'Ready'
    ? 'suspended'
    : condition === 'ResolvedRefs'
      ? 'refs_not_resolved'
      : 'not_accepted';
}
