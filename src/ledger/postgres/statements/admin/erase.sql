-- $1 tenant, $2 to $4 digests of id, person and e-mail, each null if it does not matter, $5 the decision as JSON,
-- $6 retention in ms, $7 how many at most
-- What is issued stays so, and so does what was discarded before; the rest is discarded, but for what is being worked on.
UPDATE omneo_gateway.entries AS entry SET
  webhook = NULL,
  released = NULL,
  lapses = 0,
  id_digest = NULL,
  person_digest = NULL,
  email_digest = NULL,
  discarded = CASE WHEN entry.reason IS NULL THEN entry.discarded ELSE 'erased' END,
  expires_at = CASE
    WHEN entry.reason IS NULL THEN entry.expires_at ELSE omneo_gateway.clock() + omneo_gateway.in_ms($6)
  END,
  history = omneo_gateway.with_event(entry.history, 'erased', $5::jsonb),
  parked = false,
  reason = NULL,
  due_at = NULL,
  outbox_since = NULL,
  outbox_due_at = NULL
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE (e.id_digest = ANY ($2::text[]) OR e.person_digest = ANY ($3::text[]) OR e.email_digest = ANY ($4::text[]))
    AND e.tenant = $1 AND e.expires_at > omneo_gateway.clock() AND e.state <> 'pending'
  LIMIT $7
  FOR UPDATE SKIP LOCKED
) AS found
WHERE entry.key = found.key
RETURNING entry.key
