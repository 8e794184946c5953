-- $1 key, $2 owner, $3 lease, $4 retention, in ms
UPDATE omneo_gateway.entries SET
  lease_ends_at = omneo_gateway.clock() + omneo_gateway.in_ms($3),
  due_at = CASE WHEN delivery_id IS NOT NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($3) END,
  expires_at = CASE
    WHEN delivery_id IS NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($4) ELSE 'infinity'
  END
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()
RETURNING key
