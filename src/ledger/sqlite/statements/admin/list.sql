-- The end of one range: deliveries of a tenant in one state.
SELECT
  delivery_id, tenant, action, state, reason, summary, external_id, receipt, since, attempts, due_at, expires_at,
  webhook IS NOT NULL AS has_webhook
FROM entries
WHERE delivery_id IS NOT NULL AND tenant = $tenant AND state = $state
  AND since >= $since AND (since, delivery_id) < ($before, $before_id)
  AND expires_at > $now AND ($action IS NULL OR action = $action) AND ($reason IS NULL OR reason = $reason)
ORDER BY since DESC, delivery_id DESC
LIMIT $most
