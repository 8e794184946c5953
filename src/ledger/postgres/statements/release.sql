-- $1 key, $2 owner
-- What was won is deleted; what was attempted before stays, and nobody holds it; a delivery is due again at once.
WITH deleted AS (
  DELETE FROM omneo_gateway.entries
  WHERE key = $1 AND owner = $2 AND receipt IS NULL AND attempted_at IS NULL AND delivery_id IS NULL
)
UPDATE omneo_gateway.entries SET
  owner = NULL,
  lease_ends_at = NULL,
  lapses = 0,
  due_at = CASE WHEN delivery_id IS NOT NULL THEN omneo_gateway.clock() END,
  reason = CASE WHEN delivery_id IS NOT NULL THEN 'unavailable' END
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND (attempted_at IS NOT NULL OR delivery_id IS NOT NULL)
