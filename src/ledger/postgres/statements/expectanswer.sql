-- $1 key, $2 external_id, $3 for how long in ms
UPDATE omneo_gateway.entries SET expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
WHERE key = $1 AND external_id = $2 AND receipt IS NOT NULL AND NOT answered AND expires_at > omneo_gateway.clock()
