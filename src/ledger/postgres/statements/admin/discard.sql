-- $1 deliveries, $2 the decision as JSON, $3 retention in ms, $4 what: parked, held or unfinished
-- What another one changes at the moment is passed over, and so is a webhook that goes on under another key: what is worked
-- on would bring it back.
UPDATE omneo_gateway.entries AS entry SET
  parked = false,
  reason = NULL,
  due_at = NULL,
  discarded = 'decided',
  webhook = NULL,
  released = NULL,
  lapses = 0,
  history = omneo_gateway.with_event(entry.history, 'discarded', $2::jsonb),
  expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = ANY ($1::text[]) AND e.expires_at > omneo_gateway.clock()
    AND (
      (e.parked AND $4::text <> 'held')
      OR (NOT e.parked AND e.reason IS NOT NULL AND e.receipt IS NULL AND ($4 = 'unfinished' OR e.reason = $4))
    )
    AND NOT EXISTS (
      SELECT FROM omneo_gateway.entries AS worked_on
      WHERE worked_on.delivery_id = e.delivery_id AND worked_on.state = 'pending' AND worked_on.key <> e.key
    )
  FOR UPDATE SKIP LOCKED
) AS ended
WHERE entry.key = ended.key
RETURNING entry.key
