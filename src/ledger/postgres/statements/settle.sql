-- $1 key, $2 owner, $3 for how long in ms, $4 receipt
-- May run twice, or late: what was settled with this receipt by this owner stays as it is.
UPDATE omneo_gateway.entries SET
  expires_at = CASE WHEN receipt IS NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms($3) ELSE expires_at END,
  receipt = $4,
  lease_ends_at = NULL,
  attempted_at = NULL
WHERE key = $1 AND owner = $2 AND (receipt IS NULL OR receipt = $4) AND expires_at > omneo_gateway.clock()
RETURNING key
