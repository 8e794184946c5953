-- $1 tenant, $2 an array of reasons, $3 how many at most
-- In the order of the index by due_at, and from a moment that is read once: so it begins behind all that is woken already.
WITH now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at)
UPDATE omneo_gateway.entries AS entry SET due_at = (SELECT at FROM now)
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.tenant = $1 AND e.due_at > (SELECT at FROM now) AND e.owner IS NULL AND e.reason = ANY ($2::text[])
    AND e.receipt IS NULL AND NOT e.parked
  ORDER BY e.due_at, e.since
  LIMIT $3
  FOR UPDATE SKIP LOCKED
) AS waiting
WHERE entry.key = waiting.key
RETURNING entry.key
