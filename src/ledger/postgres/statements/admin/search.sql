-- $1 tenants, $2 states, $3 action or null, $4 reason or null, $5 since, $6 and $7 the place from which on, in ms and by
-- delivery, $8 how many at most or null, $9 to $11 digests of id, person and e-mail, each null if it does not matter
-- A person has few deliveries, so these are found first.
WITH found AS MATERIALIZED (
  SELECT
    e.delivery_id, e.tenant, e.action,
    omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) AS state,
    coalesce(e.reason, e.discarded) AS reason, e.summary, e.external_id, e.receipt, e.since, e.attempts, e.due_at,
    e.expires_at, e.webhook IS NOT NULL AS has_webhook,
    e.id_digest, e.person_digest, e.email_digest
  FROM omneo_gateway.entries AS e
  WHERE e.id_digest = ANY ($9::text[]) OR e.person_digest = ANY ($10::text[]) OR e.email_digest = ANY ($11::text[])
)
SELECT
  found.delivery_id, found.tenant, found.action, found.state, found.reason, found.summary, found.external_id,
  found.receipt, found.attempts, found.has_webhook,
  extract(epoch FROM found.since) * 1000 AS since,
  CASE WHEN found.state = 'waiting' THEN extract(epoch FROM found.due_at) * 1000 END AS due_at,
  CASE WHEN found.expires_at <> 'infinity' THEN extract(epoch FROM found.expires_at) * 1000 END AS kept_until
FROM found
WHERE found.delivery_id IS NOT NULL AND found.tenant = ANY ($1::text[]) AND found.state = ANY ($2::text[])
  AND ($9::text[] IS NULL OR found.id_digest = ANY ($9))
  AND ($10::text[] IS NULL OR found.person_digest = ANY ($10))
  AND ($11::text[] IS NULL OR found.email_digest = ANY ($11))
  AND ($3::text IS NULL OR found.action = $3) AND ($4::text IS NULL OR found.reason = $4)
  AND found.since >= to_timestamp($5 / 1000::double precision)
  AND (found.since, found.delivery_id) < (to_timestamp($6 / 1000::double precision), $7)
  AND found.expires_at > omneo_gateway.clock()
ORDER BY found.since DESC, found.delivery_id DESC
LIMIT $8
