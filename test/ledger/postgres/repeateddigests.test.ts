import { expect } from 'chai';
import { migrate } from '../../../src/ledger/postgres/migrate.ts';
import { PGliteDatabase } from './pglite.ts';

type Plan = Readonly<Record<'Shared Hit Blocks' | 'Shared Read Blocks', number>>;

/** Stores deliveries whose digest of this kind is `digest`, or one of their own if there is none. */
function insert(column: string, { count, digest }: Readonly<{ count: number; digest?: string }>): string {
  const value = digest === undefined ? `'own ' || prefix.text || number` : `'${digest}'`;
  return `INSERT INTO omneo_gateway.entries
    (key, fingerprint, settle_window, claimed_at, expires_at, tenant, delivery_id, ${column})
    SELECT prefix.text || number, '', interval '0', now(), 'infinity', 'acme', prefix.text || number, ${value}
    FROM generate_series(1, ${count}) AS number CROSS JOIN (SELECT gen_random_uuid()::text AS text) AS prefix`;
}

describe('A digest that comes again and again', () => {
  let database: PGliteDatabase;

  before(async () => {
    database = await PGliteDatabase.open();
    await migrate(database);
  });
  after(() => database.end());

  async function blocksOf(statement: string): Promise<number> {
    const [row] = await database.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`, []);
    const [{ Plan: plan }] = row!['QUERY PLAN'] as [{ Plan: Plan }];
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }

  for (const column of ['id_digest', 'person_digest', 'email_digest'])
    it(`costs no walk over all those before it, as ${column}`, async () => {
      await database.query(insert(column, { count: 50_000, digest: 'the same' }), []);
      const ofNew = await blocksOf(insert(column, { count: 100 }));
      const ofRepeated = await blocksOf(insert(column, { count: 100, digest: 'the same' }));
      expect(ofRepeated).to.be.below(3 * ofNew);
    });
});
