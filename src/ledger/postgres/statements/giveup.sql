-- $1 tenant, $2 accepted up to then, in ms since the epoch, $3 for how long in ms, $4 how many at most
-- Of one whose lease ran out, a create may have been under way until then.
WITH now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at)
UPDATE omneo_gateway.entries AS entry SET
  owner = NULL,
  attempted_at = coalesce(entry.lease_ends_at, entry.attempted_at),
  attempt = CASE
    WHEN entry.lease_ends_at IS NOT NULL AND entry.attempt = 'refused' THEN 'sent' ELSE entry.attempt
  END,
  lease_ends_at = NULL,
  reason = 'gave_up',
  parked = true,
  lapses = 0,
  due_at = NULL,
  outbox_since = NULL,
  outbox_due_at = NULL,
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.tenant = $1 AND e.due_at <= (SELECT at FROM now)
    AND greatest(e.since, e.tried_since) <= to_timestamp($2::double precision / 1000)
    AND e.receipt IS NULL AND (e.lease_ends_at IS NULL OR e.lease_ends_at <= (SELECT at FROM now))
  LIMIT $4
  FOR UPDATE SKIP LOCKED
) AS old
WHERE entry.key = old.key
RETURNING entry.key
