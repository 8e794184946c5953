import type { ApiActivity, ApiTenant } from '../client/answers.ts';
import type { ConsoleClient } from '../client/consoleclient.ts';
import type { Clock } from '../../lib/clock.ts';
import type { TenantProgress } from '../view/progressline.ts';
import { readTenants } from './readtenants.ts';

type Look = Readonly<{ at: number; waiting: number }>;

/** Reads how far tenants are, and remembers how much waited at first, which is begun anew when more waits than then. */
export class ProgressReader {
  readonly #client: ConsoleClient;
  readonly #slug: string | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #first = new Map<string, Look>();

  constructor(client: ConsoleClient, slug: string | undefined, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#slug = slug;
    this.#clock = clock;
  }

  /** The progress of the tenant, or of all in which something waits or waited before. */
  async read(): Promise<readonly TenantProgress[]> {
    const tenants = await readTenants(this.#client, this.#slug);
    const busy = tenants.filter(
      ({ slug, waiting }) => waiting > 0 || slug === this.#slug || this.#first.has(slug),
    );
    const progress: TenantProgress[] = [];
    for (const tenant of busy) progress.push(await this.#progressOf(tenant));
    return progress;
  }

  async #progressOf({ slug, waiting, parked }: ApiTenant): Promise<TenantProgress> {
    const { hours } = await this.#client.get<ApiActivity>(`tenants/${slug}/activity`, 'hours');
    const issued = hours.reduce((sum, hour) => sum + hour.issued, 0);
    const look = { at: this.#clock.now(), waiting };
    const before = this.#first.get(slug);
    const first = before === undefined || before.waiting < waiting ? look : before;
    this.#first.set(slug, first);
    const leftMs = timeLeft(first, look);
    return { slug, issued, waiting, atFirst: first.waiting, parked, ...(leftMs !== undefined && { leftMs }) };
  }
}

/** How long it takes at the speed since the first look, in milliseconds; undefined: it has not become less. */
function timeLeft(first: Look, last: Look): number | undefined {
  const gone = first.waiting - last.waiting;
  return gone > 0 && last.waiting > 0 ? (last.waiting * (last.at - first.at)) / gone : undefined;
}
