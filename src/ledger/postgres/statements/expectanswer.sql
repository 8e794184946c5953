-- $1 key, $2 external_id, $3 for how long in ms
UPDATE omneo_gateway.entries SET
  separate_at = CASE WHEN delivery_id IS NOT NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($3) END,
  expires_at = CASE
    WHEN delivery_id IS NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($3) ELSE expires_at
  END
WHERE key = $1 AND external_id = $2 AND (receipt IS NOT NULL OR delivery_id IS NOT NULL) AND NOT answered
  AND expires_at > omneo_gateway.clock()
