-- $1 tenant, $2 delivery or null, $3 reason or null, $4 how many at most
UPDATE omneo_gateway.entries AS entry SET
  parked = false,
  reason = 'replayed',
  due_at = omneo_gateway.clock(),
  since = omneo_gateway.clock(),
  attempts = 0,
  expires_at = 'infinity'
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.tenant = $1 AND e.parked AND ($2::text IS NULL OR e.delivery_id = $2) AND ($3::text IS NULL OR e.reason = $3)
    AND e.expires_at > omneo_gateway.clock()
  LIMIT $4
  FOR UPDATE SKIP LOCKED
) AS parked
WHERE entry.key = parked.key
RETURNING entry.key
