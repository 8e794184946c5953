-- $1 delivery
-- Of one that goes on under another key, there may be two for a moment: that one comes first.
SELECT
  entry.delivery_id, entry.tenant, entry.action, entry.state,
  coalesce(entry.reason, entry.discarded) AS reason, entry.summary, entry.external_id, entry.receipt, entry.attempts,
  entry.webhook IS NOT NULL AS has_webhook,
  extract(epoch FROM entry.since) * 1000 AS since,
  CASE WHEN entry.state = 'waiting' THEN extract(epoch FROM entry.due_at) * 1000 END AS due_at,
  CASE WHEN entry.expires_at <> 'infinity' THEN extract(epoch FROM entry.expires_at) * 1000 END AS kept_until,
  entry.history
FROM omneo_gateway.entries AS entry
WHERE entry.delivery_id = $1 AND entry.expires_at > omneo_gateway.clock()
ORDER BY entry.key
LIMIT 1
