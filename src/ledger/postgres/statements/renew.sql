-- $1 key, $2 owner, $3 lease, $4 retention, in ms
UPDATE omneo_gateway.entries SET
  lease_ends_at = omneo_gateway.clock() + omneo_gateway.in_ms($3),
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($4)
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()
RETURNING key
