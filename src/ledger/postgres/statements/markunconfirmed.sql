-- $1 key, $2 owner, $3 retention in ms, $4 what is known of the attempt, $5 a note about it, or null
-- A delivery is due when the settle window has passed.
UPDATE omneo_gateway.entries SET
  owner = NULL,
  lease_ends_at = NULL,
  attempted_at = omneo_gateway.clock(),
  attempt = $4,
  lapses = 0,
  expires_at = CASE
    WHEN delivery_id IS NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($3) ELSE 'infinity'
  END,
  due_at = CASE WHEN delivery_id IS NOT NULL THEN omneo_gateway.clock() + settle_window END,
  reason = CASE WHEN delivery_id IS NOT NULL THEN 'unconfirmed' END,
  history = CASE
    WHEN delivery_id IS NOT NULL THEN omneo_gateway.with_event(history, 'attempted', $5::jsonb)
  END
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()
