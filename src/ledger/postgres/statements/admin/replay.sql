-- $1 deliveries, $2 the decision as JSON
-- What is held passes its budgets from now on. It keeps its place: it was accepted when it was.
-- What another one changes at the moment is passed over.
UPDATE omneo_gateway.entries AS entry SET
  parked = false,
  reason = 'replayed',
  due_at = omneo_gateway.clock(),
  tried_since = CASE WHEN entry.parked THEN entry.tried_since ELSE omneo_gateway.clock() END,
  released = CASE WHEN entry.parked THEN entry.released ELSE entry.fingerprint END,
  history = omneo_gateway.with_event(
    CASE WHEN entry.parked THEN omneo_gateway.with_arrival(entry.history, entry.since) ELSE entry.history END,
    'replayed', $2::jsonb
  ),
  since = CASE WHEN entry.parked THEN omneo_gateway.clock() ELSE entry.since END,
  attempts = CASE WHEN entry.parked THEN 0 ELSE entry.attempts END,
  expires_at = 'infinity'
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = ANY ($1::text[]) AND (e.parked OR (e.reason = 'held' AND e.state = 'waiting'))
    AND e.expires_at > omneo_gateway.clock()
  FOR UPDATE SKIP LOCKED
) AS decided
WHERE entry.key = decided.key
RETURNING entry.key
