-- $1 tenant, $2 an array of reasons, $3 how many at most
UPDATE omneo_gateway.entries AS entry SET due_at = omneo_gateway.clock()
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.tenant = $1 AND e.due_at > omneo_gateway.clock() AND e.owner IS NULL AND e.reason = ANY ($2::text[])
    AND e.receipt IS NULL
  LIMIT $3
  FOR UPDATE SKIP LOCKED
) AS waiting
WHERE entry.key = waiting.key
RETURNING entry.key
