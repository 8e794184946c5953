UPDATE entries SET outbox_due_at = $due_at
WHERE delivery_id = $delivery AND outbox_due_at IS NOT NULL AND (state = 'issued') = $is_issued
