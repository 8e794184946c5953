import type { Action } from '../../actions/action.ts';
import type { RehearsePasted } from '../../http/rehearsepasted.ts';
import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { DeliveryAdmin } from '../../ledger/deliveries/deliveryadmin.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Keyring } from '../../ledger/seal/keyring.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { KindName } from '../../omneo/kinds.ts';
import type { Resources } from '../../omneo/resources/resources.ts';
import type { Registry } from '../../tenants/registry.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ReportChange } from './audit.ts';

/** All that the API asks of the rest of the gateway. */
export type ApiParts = Readonly<{
  registry: Pick<Registry, 'slugs' | 'get' | 'holder' | 'complete'>;
  /** Knows what is spent of budgets. */
  ledger: Pick<Ledger, 'spent'>;
  admin: DeliveryAdmin;
  /** Opens stored webhooks, and knows what they are found by. */
  keyring: Keyring;
  actions: readonly Action[];
  rehearse: RehearsePasted;
  omneoOf: (tenant: Tenant) => Readonly<Record<KindName, Pick<Resources, 'listDefinitions'>>>;
  /** What waits and what is parked, as it was counted last. */
  countsOf: (tenant: string) => readonly DeliveryCount[];
  /** Under which webhooks reach the gateway; undefined: nobody has said it. */
  publicURL: string | undefined;
  clock: Clock;
  log: Log;
  /** Called with every change, for the metrics. */
  onChange: ReportChange;
}>;
