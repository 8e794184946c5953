/** A ledger that has seen very many deliveries. */
import type { Postgres } from './postgres.ts';

/** So many tenants have them, `tenant-0` and so on; each person has five. */
export const manyTenants = 10;
const ofOnePerson = 5;

/** The id of the delivery with this number, from 1 on. */
export function manyId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** The tenant of the delivery with this number. */
export function manyTenant(n: number): string {
  return `tenant-${n % manyTenants}`;
}

/** What the delivery with this number is found by under its person's e-mail. */
export function manyEmail(n: number): string {
  return `email-${Math.floor(n / manyTenants / ofOnePerson)}-${n % manyTenants}`.padEnd(43, 'x');
}

/**
 * Puts deliveries into a ledger whose schema is there, one a second up to now: of a hundred, 89 are issued, five wait, three
 * are parked, two are discarded, one is held.
 */
export async function putMany(server: Postgres, database: string, count: number): Promise<void> {
  await server.run(
    `
    INSERT INTO omneo_gateway.entries
      (key, fingerprint, owner, lease_ends_at, settle_window, claimed_at, receipt, expires_at, delivery_id, tenant,
       action, webhook, summary, id_digest, person_digest, email_digest, since, attempts, due_at, reason, parked,
       discarded, history)
    SELECT
      'rewards/id/' || rpad(n::text, 43, 'x'), rpad('f' || n, 43, 'x'),
      CASE WHEN kind = 99 THEN 'owner' END,
      CASE WHEN kind = 99 THEN now() + interval '30 s' END,
      interval '120 s', at,
      CASE WHEN kind < 89 THEN '{"rewardId":' || n || ',"matchedBy":"email"}' END,
      CASE
        WHEN kind BETWEEN 89 AND 93 OR kind = 99 THEN 'infinity' ELSE now() + interval '30 days'
      END,
      '00000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'tenant-' || n % ${manyTenants}, 'rewards',
      CASE WHEN kind BETWEEN 89 AND 96 OR kind = 99 THEN decode(repeat('5a', 240), 'hex') END,
      '{"reward_definition_id":42,"amount":10}', rpad('id-' || n, 43, 'x'),
      rpad('person-' || n / ${manyTenants * ofOnePerson} || '-' || n % ${manyTenants}, 43, 'x'),
      rpad('email-' || n / ${manyTenants * ofOnePerson} || '-' || n % ${manyTenants}, 43, 'x'),
      at, 1,
      CASE WHEN kind BETWEEN 89 AND 93 OR kind = 99 THEN now() + interval '30 s' END,
      CASE
        WHEN kind BETWEEN 89 AND 93 THEN (ARRAY['throttled', 'unavailable', 'profile_not_found'])[1 + n % 3]
        WHEN kind BETWEEN 94 AND 96 THEN (ARRAY['rejected', 'gave_up', 'profile_not_found'])[1 + n % 3]
      END,
      kind BETWEEN 94 AND 96,
      CASE WHEN kind IN (97, 98) THEN 'decided' END,
      jsonb_build_array(jsonb_build_object('at', 0, 'kind', 'attempted', 'result', 'issued', 'tookMs', 120))
    FROM generate_series(1, ${count}) AS n, LATERAL (
      SELECT n / ${manyTenants} % 100 AS kind, now() - (${count} - n) * interval '1 s' AS at
    ) AS made
    `,
    database,
  );
  await server.run('VACUUM ANALYZE omneo_gateway.entries', database);
}
