-- $1 key, $2 owner, $3 reason, $4 due in so many ms, $5 a note about the attempt, or null
UPDATE omneo_gateway.entries SET
  owner = NULL,
  lease_ends_at = NULL,
  reason = $3,
  lapses = CASE WHEN $3 IN ('unavailable', 'credentials_refused', 'profile_not_found') THEN 0 ELSE lapses END,
  due_at = omneo_gateway.clock() + omneo_gateway.in_ms($4),
  history = omneo_gateway.with_event(history, 'attempted', $5::jsonb)
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL
RETURNING key
