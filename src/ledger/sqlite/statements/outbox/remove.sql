UPDATE entries SET outbox_since = NULL, outbox_due_at = NULL, webhook = iif(state = 'issued', NULL, webhook)
WHERE delivery_id = $delivery AND outbox_due_at IS NOT NULL AND (state = 'issued') = $is_issued
