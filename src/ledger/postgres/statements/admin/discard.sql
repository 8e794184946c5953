-- $1 deliveries, $2 the decision as JSON, $3 retention in ms, $4 whether those that wait too
-- What another one changes at the moment is passed over.
UPDATE omneo_gateway.entries AS entry SET
  parked = false,
  reason = NULL,
  due_at = NULL,
  discarded = 'decided',
  webhook = NULL,
  lapses = 0,
  history = omneo_gateway.with_event(entry.history, 'discarded', $2::jsonb),
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = ANY ($1::text[]) AND e.expires_at > omneo_gateway.clock()
    AND (e.parked OR ($4::boolean AND e.reason IS NOT NULL AND e.receipt IS NULL))
  FOR UPDATE SKIP LOCKED
) AS ended
WHERE entry.key = ended.key
RETURNING entry.key
