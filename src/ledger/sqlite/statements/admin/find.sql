-- Of one that goes on under another key, there may be two for a moment: that one comes first.
SELECT
  delivery_id, tenant, action, state, reason, summary, external_id, receipt, since, attempts, due_at, expires_at,
  webhook IS NOT NULL AS has_webhook,
  history
FROM entries
WHERE delivery_id = $id AND expires_at > $now
ORDER BY key
LIMIT 1
