-- $1 owner, $2 tenant, $3 how many at most, $4 lease, $5 settle window, in ms
-- Replicas pass over what another one takes at the moment. Of one whose lease ran out, a create may have been under way
-- until then. One that is separate from its key by now leaves that to an equal webhook.
-- The moment is read once, so that the index ends where nothing is due yet: a clock asked for each row would walk through
-- all that waits.
WITH now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at)
UPDATE omneo_gateway.entries AS entry SET
  key = CASE WHEN entry.separate_at <= taken.at THEN entry.key || '/' || entry.delivery_id ELSE entry.key END,
  separate_at = CASE WHEN entry.separate_at <= taken.at THEN NULL ELSE entry.separate_at END,
  owner = $1,
  attempted_at = coalesce(entry.lease_ends_at, entry.attempted_at),
  attempt = CASE
    WHEN entry.lease_ends_at IS NOT NULL AND entry.attempt = 'refused' THEN 'sent' ELSE entry.attempt
  END,
  settle_window = greatest(entry.settle_window, omneo_gateway.in_ms($5)),
  lease_ends_at = omneo_gateway.clock() + omneo_gateway.in_ms($4),
  due_at = omneo_gateway.clock() + omneo_gateway.in_ms($4),
  -- While a budget held it, it was not tried.
  tried_since = CASE WHEN entry.reason = 'held' THEN omneo_gateway.clock() ELSE entry.tried_since END,
  reason = NULL,
  attempts = entry.attempts + 1,
  -- A holder that records the end of its attempt gives up the lease.
  lapses = entry.lapses + (entry.lease_ends_at IS NOT NULL)::integer
FROM (
  -- One moment for both: what gives its key up at the second and not at the first would keep it for ever.
  SELECT due.key, (SELECT at FROM now) AS at FROM omneo_gateway.entries AS due
  WHERE due.tenant = $2 AND due.due_at <= (SELECT at FROM now) AND due.receipt IS NULL AND due.webhook IS NOT NULL
    AND (due.lease_ends_at IS NULL OR due.lease_ends_at <= (SELECT at FROM now))
  ORDER BY due.due_at, due.since
  LIMIT $3
  FOR UPDATE SKIP LOCKED
) AS taken
WHERE entry.key = taken.key
RETURNING
  entry.key, entry.delivery_id, entry.tenant, entry.action, entry.webhook, entry.summary, entry.fingerprint,
  entry.external_id, entry.attempts, entry.lapses, entry.attempt,
  entry.released = entry.fingerprint AS is_released,
  extract(epoch FROM entry.since) * 1000 AS since,
  extract(epoch FROM greatest(entry.since, entry.tried_since)) * 1000 AS tried_since,
  extract(epoch FROM entry.claimed_at) * 1000 AS claimed_at,
  -- Null, and not 0, if no create was ever attempted.
  ceil(CASE WHEN entry.attempted_at IS NOT NULL THEN
    greatest(0, extract(epoch FROM entry.attempted_at + entry.settle_window - omneo_gateway.clock()) * 1000)
  END) AS miss_conclusive_in
