import type { Outbox, OutboxCount, OutboxItem } from '../../deliveries/outbox.ts';
import { byAge, outboxItemOf } from '../../deliveries/outboxrow.ts';
import type { Query } from '../database.ts';
import { statements } from '../statements.ts';

/** The outbox of the ledger in PostgreSQL; each method is one statement. */
export class PostgresOutbox implements Outbox {
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  async tenants(): Promise<readonly string[]> {
    return (await this.#query(statements.outboxTenants, [])).map(({ tenant }) => String(tenant));
  }

  async take(tenant: string, most: number, leaseMs: number): Promise<readonly OutboxItem[]> {
    const rows = await this.#query(statements.takeOutbox, [tenant, most, leaseMs]);
    return rows.map(outboxItemOf).sort(byAge);
  }

  async postpone(
    { deliveryId, outcome }: Pick<OutboxItem, 'deliveryId' | 'outcome'>,
    dueInMs: number,
  ): Promise<void> {
    await this.#query(statements.postponeOutbox, [deliveryId, outcome.kind === 'issued', dueInMs]);
  }

  async remove({ deliveryId, outcome }: Pick<OutboxItem, 'deliveryId' | 'outcome'>): Promise<void> {
    await this.#query(statements.removeOutbox, [deliveryId, outcome.kind === 'issued']);
  }

  async counts(): Promise<readonly OutboxCount[]> {
    const rows = await this.#query(statements.countOutbox, []);
    return rows.map(({ tenant, count, oldest }) => ({
      tenant: String(tenant),
      count: Number(count),
      oldest: Number(oldest),
    }));
  }
}
