-- $1 tenants, $2 states, $3 action or null, $4 reason or null, $5 since, $6 and $7 the place from which on, in ms and by
-- delivery, $8 how many at most or null, $9 to $11 digests of id, person and e-mail, each null if it does not matter
-- A person has few deliveries, so these are found first.
WITH found AS MATERIALIZED (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.id_digest = ANY ($9::text[]) OR e.person_digest = ANY ($10::text[]) OR e.email_digest = ANY ($11::text[])
)
SELECT
  entry.delivery_id, entry.tenant, entry.action, entry.state,
  coalesce(entry.reason, entry.discarded) AS reason, entry.summary, entry.external_id, entry.receipt, entry.attempts,
  entry.webhook IS NOT NULL AS has_webhook,
  extract(epoch FROM entry.since) * 1000 AS since,
  CASE WHEN entry.state = 'waiting' THEN extract(epoch FROM entry.due_at) * 1000 END AS due_at,
  CASE WHEN entry.expires_at <> 'infinity' THEN extract(epoch FROM entry.expires_at) * 1000 END AS kept_until
FROM found
JOIN omneo_gateway.entries AS entry USING (key)
WHERE entry.tenant = ANY ($1::text[])
  AND entry.state = ANY ($2::text[])
  AND ($9::text[] IS NULL OR entry.id_digest = ANY ($9))
  AND ($10::text[] IS NULL OR entry.person_digest = ANY ($10))
  AND ($11::text[] IS NULL OR entry.email_digest = ANY ($11))
  AND ($3::text IS NULL OR entry.action = $3)
  AND ($4::text IS NULL OR coalesce(entry.reason, entry.discarded) = $4)
  AND entry.since >= to_timestamp($5 / 1000::double precision)
  AND (entry.since, entry.delivery_id) < (to_timestamp($6 / 1000::double precision), $7)
  AND entry.expires_at > omneo_gateway.clock()
ORDER BY entry.since DESC, entry.delivery_id DESC
LIMIT $8
