-- The end of one range: what is parked for one reason.
SELECT
  delivery_id, tenant, action, state, reason, summary, external_id, receipt, since, attempts, due_at, expires_at,
  webhook IS NOT NULL AS has_webhook
FROM entries
WHERE state = 'parked' AND tenant = $tenant AND reason = $reason
  AND since >= $since AND since <= $before AND (since, delivery_id) < ($before, $before_id)
  AND expires_at > $now AND ($action IS NULL OR action = $action)
ORDER BY since DESC, delivery_id DESC
LIMIT $most
