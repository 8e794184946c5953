UPDATE entries SET outbox_due_at = $due_at
WHERE key IN (
  SELECT key FROM entries
  WHERE tenant = $tenant AND outbox_due_at <= $now AND expires_at > $now
  ORDER BY outbox_due_at, outbox_since LIMIT $most
)
RETURNING key, delivery_id, tenant, action, webhook, receipt, reason, outbox_since AS since, $date - outbox_since AS age_ms
