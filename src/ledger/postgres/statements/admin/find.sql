-- $1 delivery
SELECT
  found.delivery_id, found.tenant, found.action, found.state, found.reason, found.summary, found.external_id,
  found.receipt, found.attempts, found.has_webhook,
  extract(epoch FROM found.since) * 1000 AS since,
  CASE WHEN found.state = 'waiting' THEN extract(epoch FROM found.due_at) * 1000 END AS due_at,
  CASE WHEN found.expires_at <> 'infinity' THEN extract(epoch FROM found.expires_at) * 1000 END AS kept_until,
  found.history
FROM (
  SELECT
    e.delivery_id, e.tenant, e.action,
    omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) AS state,
    coalesce(e.reason, e.discarded) AS reason, e.summary, e.external_id, e.receipt, e.since, e.attempts, e.due_at,
    e.expires_at, e.webhook IS NOT NULL AS has_webhook,
    e.history
  FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = $1 AND e.expires_at > omneo_gateway.clock()
) AS found
