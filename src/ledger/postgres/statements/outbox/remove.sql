-- $1 delivery, $2 whether it was told as issued
UPDATE omneo_gateway.entries SET
  outbox_since = NULL,
  outbox_due_at = NULL,
  webhook = CASE WHEN receipt IS NULL THEN webhook END
WHERE delivery_id = $1 AND outbox_due_at IS NOT NULL AND (parked OR receipt IS NOT NULL)
  AND (receipt IS NOT NULL) = $2
