import type { Outbox, OutboxItem } from '../../ledger/deliveries/outbox.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { Poll } from '../../lib/poll.ts';
import type { Confidential } from '../../tenants/confidential.ts';
import type { Registry } from '../../tenants/registry.ts';
import { type Tenant, tenantBehind } from '../../tenants/tenant.ts';
import type { NotifyOutcome, Notified } from './notifyoutcome.ts';
import { TenantPauses } from './tenantpauses.ts';

/** From the end of one look to the next, in milliseconds. */
const everyMs = 1000;
/**
 * Outcomes of one tenant that are sent at each look. An account may make 3500 calls a minute, which all that have a private
 * key of it share (https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling); an Omneo takes far fewer rewards.
 */
const mostOfOne = 20;
/** Outcomes that are sent at once, of all tenants. */
const mostInAll = 200;
/** For so long nobody else takes what one has taken, in milliseconds: twice as long as a call may take. */
const leaseMs = 20_000;

type Parts = Readonly<{
  outbox: Pick<Outbox, 'tenants' | 'take'>;
  registry: Pick<Registry, 'get' | 'slugs'>;
  notify: NotifyOutcome;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

/** A tenant whose Klaviyo can be notified now. */
type Ready = Readonly<{ tenant: Tenant; apiKey: Confidential }>;

/** Notifies Klaviyo of how webhooks ended, off their way. There is one in each replica; they share the work through leases. */
export class OutboxCourier {
  readonly #parts: Parts;
  readonly #pauses: TenantPauses;
  readonly #poll: Poll;
  #turn = 0;
  #look: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#pauses = new TenantPauses(parts);
    this.#poll = new Poll({ clock: parts.clock, everyMs, look: () => (this.#look = this.#lookOnce()) });
  }

  start(): void {
    this.#poll.startIn(everyMs);
  }

  /** Takes nothing more; resolves when what was taken is sent. */
  async stop(): Promise<void> {
    this.#poll.stop();
    await this.#look;
  }

  async #lookOnce(): Promise<void> {
    try {
      if (this.#isNeeded()) await this.#notifyDue();
    } catch (error) {
      // The ledger's own log line says that it is gone; what is in the outbox stays there.
      if (!(error instanceof LedgerUnavailable)) this.#logBug(error);
    }
  }

  /** Whether any tenant has its Klaviyo notified: else the ledger is left alone. */
  #isNeeded(): boolean {
    const { registry } = this.#parts;
    return registry.slugs().some((slug) => tenantBehind(registry.get(slug))?.klaviyoEvents !== undefined);
  }

  /** Tenants take turns, so that however much one has to send, it holds up no other. */
  async #notifyDue(): Promise<void> {
    const ready = (await this.#parts.outbox.tenants()).flatMap((slug) => this.#ready(slug));
    this.#turn += 1;
    const first = ready.length === 0 ? 0 : this.#turn % ready.length;
    const notifying: Promise<void>[] = [];
    let room = mostInAll;
    for (const each of [...ready.slice(first), ...ready.slice(0, first)]) {
      if (room <= 0 || this.#poll.isStopped) break;
      const items = await this.#parts.outbox.take(each.tenant.slug, Math.min(mostOfOne, room), leaseMs);
      room -= items.length;
      notifying.push(this.#notifyAll(each, items));
    }
    await Promise.all(notifying);
  }

  #ready(slug: string): Ready[] {
    const resolution = this.#parts.registry.get(slug);
    const tenant = resolution !== undefined && 'tenant' in resolution ? resolution.tenant : undefined;
    if (tenant?.klaviyoEvents === undefined || this.#pauses.isPaused(tenant)) return [];
    if ('apiKey' in tenant.klaviyoEvents) return [{ tenant, apiKey: tenant.klaviyoEvents.apiKey }];
    const { reason, message } = tenant.klaviyoEvents.refusal;
    this.#parts.log.warn({ tenant: slug, reason }, `Klaviyo cannot be told how webhooks end: ${message}`);
    this.#pauses.pause(tenant);
    return [];
  }

  async #notifyAll({ tenant, apiKey }: Ready, items: readonly OutboxItem[]): Promise<void> {
    try {
      const notified = await Promise.all(items.map((item) => this.#parts.notify(tenant, apiKey, item)));
      this.#learn(tenant, notified);
    } catch (error) {
      // A bug that what one tenant has to send runs into must not hold up the others.
      this.#logBug(error);
    }
  }

  #learn(tenant: Tenant, notified: readonly Notified[]): void {
    if (notified.some(({ result }) => result === 'sent')) this.#pauses.end(tenant);
    const failed = notified.filter(isOfAccount);
    if (failed.length > 0) this.#pauses.pause(tenant, Math.max(...failed.map(({ waitMs = 0 }) => waitMs)));
  }

  #logBug(error: unknown): void {
    this.#parts.log.error({ error: errorNames(error) }, 'outbox courier failed');
  }
}

/** Whether it is a failure that any other event of the account would meet too. */
function isOfAccount({ result }: Notified): boolean {
  return result === 'refused' || result === 'throttled' || result === 'unavailable';
}
