import { Gauge, type Registry as Exposition } from 'prom-client';
import type { Registry } from './tenants/registry.ts';
import type { Resolution, Tenant } from './tenants/tenant.ts';

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
export function createTenantGauges(
  exposition: Exposition,
  registry: Registry,
  refused: WeakSet<Tenant>,
): void {
  const registers = [exposition];
  const statesNow = (): readonly (readonly [slug: string, state: State])[] =>
    registry.slugs().flatMap((slug) => {
      const resolution = registry.get(slug);
      return resolution === undefined ? [] : [[slug, stateOf(resolution, refused)] as const];
    });
  new Gauge({
    name: 'omneo_gateway_tenant_ready',
    help: 'Whether webhooks of the tenant can be issued: 1 or 0.',
    labelNames: ['tenant'],
    registers,
    collect() {
      this.reset();
      for (const [tenant, state] of statesNow()) this.set({ tenant }, state === 'ready' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'omneo_gateway_tenant_state',
    help: `Always 1; the labels tell the state of each tenant: ${states.join(', ')}.`,
    labelNames: ['tenant', 'state'],
    registers,
    collect() {
      this.reset();
      for (const [tenant, state] of statesNow()) this.set({ tenant, state }, 1);
    },
  });
  new Gauge({
    name: 'omneo_gateway_tenants',
    help: `Registered tenants, by state: ${states.join(', ')}.`,
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      for (const state of states) this.set({ state }, 0);
      for (const [, state] of statesNow()) this.inc({ state });
    },
  });
}

function stateOf(resolution: Resolution, refused: WeakSet<Tenant>): State {
  if ('tenant' in resolution) return refused.has(resolution.tenant) ? 'credentials_refused' : 'ready';
  const { condition } = resolution.refusal;
  return condition === 'Ready'
    ? 'suspended'
    : condition === 'ResolvedRefs'
      ? 'refs_not_resolved'
      : 'not_accepted';
}
