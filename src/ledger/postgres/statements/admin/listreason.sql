-- $1 tenants, $2 whether what waits, $3 whether what is parked, $4 reason, $5 action or null, $6 since, $7 and $8 the place
-- from which on, in ms and by delivery, $9 how many at most
-- As list, by the indexes that have the reason.
SELECT
  found.delivery_id, found.tenant, found.action, found.state, found.reason, found.summary, found.external_id,
  found.receipt, found.attempts, found.has_webhook,
  extract(epoch FROM found.since) * 1000 AS since,
  CASE WHEN found.state = 'waiting' THEN extract(epoch FROM found.due_at) * 1000 END AS due_at,
  CASE WHEN found.expires_at <> 'infinity' THEN extract(epoch FROM found.expires_at) * 1000 END AS kept_until
FROM unnest($1::text[]) AS asked (tenant)
CROSS JOIN LATERAL (
  (
    SELECT
    e.delivery_id, e.tenant, e.action,
    omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) AS state,
    coalesce(e.reason, e.discarded) AS reason, e.summary, e.external_id, e.receipt, e.since, e.attempts, e.due_at,
    e.expires_at, e.webhook IS NOT NULL AS has_webhook
    FROM omneo_gateway.entries AS e
    WHERE $2::boolean AND e.tenant = asked.tenant AND e.reason = $4 AND NOT e.parked
      AND e.since >= to_timestamp($6 / 1000::double precision)
      AND e.since <= to_timestamp($7 / 1000::double precision)
      AND (e.since, e.delivery_id) < (to_timestamp($7 / 1000::double precision), $8)
      AND e.expires_at > omneo_gateway.clock() AND ($5::text IS NULL OR e.action = $5)
    ORDER BY e.since DESC, e.delivery_id DESC
    LIMIT $9
  )
  UNION ALL
  (
    SELECT
    e.delivery_id, e.tenant, e.action,
    omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) AS state,
    coalesce(e.reason, e.discarded) AS reason, e.summary, e.external_id, e.receipt, e.since, e.attempts, e.due_at,
    e.expires_at, e.webhook IS NOT NULL AS has_webhook
    FROM omneo_gateway.entries AS e
    WHERE $3::boolean AND e.tenant = asked.tenant AND e.reason = $4 AND e.parked
      AND e.since >= to_timestamp($6 / 1000::double precision)
      AND e.since <= to_timestamp($7 / 1000::double precision)
      AND (e.since, e.delivery_id) < (to_timestamp($7 / 1000::double precision), $8)
      AND e.expires_at > omneo_gateway.clock() AND ($5::text IS NULL OR e.action = $5)
    ORDER BY e.since DESC, e.delivery_id DESC
    LIMIT $9
  )
) AS found
ORDER BY found.since DESC, found.delivery_id DESC
LIMIT $9
