-- $1 key, $2 owner
-- What was won is deleted; what was attempted before stays, and nobody holds it.
WITH deleted AS (
  DELETE FROM omneo_gateway.entries WHERE key = $1 AND owner = $2 AND receipt IS NULL AND attempted_at IS NULL
)
UPDATE omneo_gateway.entries SET owner = NULL, lease_ends_at = NULL
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND attempted_at IS NOT NULL
