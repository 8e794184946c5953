-- $1 key, $2 owner, $3 retention in ms, $4 what is known of the attempt
UPDATE omneo_gateway.entries SET
  owner = NULL,
  lease_ends_at = NULL,
  attempted_at = omneo_gateway.clock(),
  attempt = $4,
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()
