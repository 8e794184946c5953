-- $1 delivery, $2 whether it is to be told as issued, $3 for how long nobody gets it, in ms
UPDATE omneo_gateway.entries SET outbox_due_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
WHERE delivery_id = $1 AND outbox_due_at IS NOT NULL AND (parked OR receipt IS NOT NULL)
  AND (receipt IS NOT NULL) = $2
