-- $1 deliveries, $2 the decision as JSON
-- What another one changes at the moment is passed over.
UPDATE omneo_gateway.entries AS entry SET
  parked = false,
  reason = 'replayed',
  due_at = omneo_gateway.clock(),
  history = omneo_gateway.with_event(omneo_gateway.with_arrival(entry.history, entry.since), 'replayed', $2::jsonb),
  since = omneo_gateway.clock(),
  attempts = 0,
  expires_at = 'infinity'
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = ANY ($1::text[]) AND e.parked AND e.expires_at > omneo_gateway.clock()
  FOR UPDATE SKIP LOCKED
) AS parked
WHERE entry.key = parked.key
RETURNING entry.key
