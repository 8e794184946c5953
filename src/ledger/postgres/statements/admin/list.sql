-- $1 tenants, $2 states, $3 action or null, $4 reason or null, $5 since, $6 and $7 the place from which on, in ms and by
-- delivery, $8 how many at most
-- The newest of the ends of short ranges, one for each tenant and state: each comes in order from the index.
SELECT
  found.delivery_id, found.tenant, found.action, found.state, found.reason, found.summary, found.external_id,
  found.receipt, found.attempts, found.has_webhook,
  extract(epoch FROM found.since) * 1000 AS since,
  CASE WHEN found.state = 'waiting' THEN extract(epoch FROM found.due_at) * 1000 END AS due_at,
  CASE WHEN found.expires_at <> 'infinity' THEN extract(epoch FROM found.expires_at) * 1000 END AS kept_until
FROM unnest($1::text[]) AS asked (tenant)
CROSS JOIN unnest($2::text[]) AS wanted (state)
CROSS JOIN LATERAL (
  SELECT
    e.delivery_id, e.tenant, e.action,
    omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) AS state,
    coalesce(e.reason, e.discarded) AS reason, e.summary, e.external_id, e.receipt, e.since, e.attempts, e.due_at,
    e.expires_at, e.webhook IS NOT NULL AS has_webhook
  FROM omneo_gateway.entries AS e
  WHERE e.delivery_id IS NOT NULL AND e.tenant = asked.tenant
    AND omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) = wanted.state
    AND e.since >= to_timestamp($5 / 1000::double precision)
    AND (e.since, e.delivery_id) < (to_timestamp($6 / 1000::double precision), $7)
    AND e.expires_at > omneo_gateway.clock()
    AND ($3::text IS NULL OR e.action = $3) AND ($4::text IS NULL OR coalesce(e.reason, e.discarded) = $4)
  ORDER BY e.since DESC, e.delivery_id DESC
  LIMIT $8
) AS found
ORDER BY found.since DESC, found.delivery_id DESC
LIMIT $8
