-- $1 key, $2 owner, $3 reason, $4 for how long in ms, $5 what is known of a create that was sent, or
-- null, $6 a note about the attempt, or null
UPDATE omneo_gateway.entries SET
  owner = NULL,
  lease_ends_at = NULL,
  reason = $3,
  parked = true,
  lapses = 0,
  due_at = NULL,
  attempted_at = CASE WHEN $5::text IS NULL THEN attempted_at ELSE omneo_gateway.clock() END,
  attempt = coalesce($5, attempt),
  history = omneo_gateway.with_event(history, 'attempted', $6::jsonb),
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($4)
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL
RETURNING key
