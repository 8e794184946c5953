SELECT
  delivery_id, tenant, action, state, reason, summary, external_id, receipt, since, attempts, due_at, expires_at,
  webhook IS NOT NULL AS has_webhook,
  history
FROM entries
WHERE delivery_id = $id AND expires_at > $now
