import type { Log } from '../../lib/log.ts';
import type { ApiExchange } from './apistate.ts';

/** What people do to deliveries. */
export const deliveryChanges = ['replayed', 'corrected', 'discarded', 'erased'] as const;
export type DeliveryChange = (typeof deliveryChanges)[number];

/** Called with how many deliveries of a tenant were changed. */
export type ReportChange = (tenant: string, change: DeliveryChange, count: number) => void;

type Changed = Readonly<{
  change: DeliveryChange;
  tenant: string;
  /** The one that was changed; absent: several were, at once. */
  deliveryId?: string;
  count: number;
  why: string;
}>;

/** Keeps a trail of who changed what, who opened a webhook, and who rehearsed one. */
export class Audit {
  readonly #log: Pick<Log, 'info'>;
  readonly #report: ReportChange;

  constructor(log: Pick<Log, 'info'>, report: ReportChange) {
    this.#log = log;
    this.#report = report;
  }

  /** Logs and counts a change that was made. */
  changed({ state }: ApiExchange, { change, tenant, deliveryId, count, why }: Changed): void {
    const which = deliveryId === undefined ? { count } : { delivery_id: deliveryId };
    const fields = { user: state.identity.user, change, tenant, ...which, why, request_id: state.requestId };
    this.#log.info(fields, 'deliveries changed');
    if (count > 0) this.#report(tenant, change, count);
  }

  /** Logs that somebody has read a customer's data. */
  opened({ state }: ApiExchange, tenant: string, deliveryId: string): void {
    const { identity, requestId } = state;
    const fields = { user: identity.user, tenant, delivery_id: deliveryId, request_id: requestId };
    this.#log.info(fields, 'webhook opened');
  }

  /** Logs that somebody has asked what would become of a webhook: `end` is `create`, `duplicate`, or the code of a failure. */
  rehearsed({ state }: ApiExchange, tenant: string, end: string): void {
    const { identity, requestId } = state;
    this.#log.info({ user: identity.user, tenant, end, request_id: requestId }, 'webhook rehearsed');
  }
}
