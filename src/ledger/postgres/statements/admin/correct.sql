-- $1 delivery, $2 the decision as JSON, $3 webhook, $4 summary, $5 to $7 digests of id, person and e-mail, $8 fingerprint
-- As replay. Of another fingerprint nothing is known of an earlier create but when it was, as with a claim. What never had
-- a key of its own keeps the empty fingerprint.
UPDATE omneo_gateway.entries AS entry SET
  webhook = $3,
  summary = $4,
  id_digest = $5,
  person_digest = $6,
  email_digest = $7,
  attempt = CASE WHEN entry.fingerprint IN ('', $8) THEN entry.attempt ELSE 'unknown' END,
  claimed_at = CASE WHEN entry.fingerprint IN ('', $8) THEN entry.claimed_at ELSE omneo_gateway.clock() END,
  fingerprint = CASE WHEN entry.fingerprint = '' THEN '' ELSE $8 END,
  parked = false,
  reason = 'replayed',
  due_at = omneo_gateway.clock(),
  history = omneo_gateway.with_event(omneo_gateway.with_arrival(entry.history, entry.since), 'corrected', $2::jsonb),
  since = omneo_gateway.clock(),
  attempts = 0,
  expires_at = 'infinity'
FROM (
  SELECT e.key FROM omneo_gateway.entries AS e
  WHERE e.delivery_id = $1 AND e.parked AND e.expires_at > omneo_gateway.clock()
  FOR UPDATE
) AS parked
WHERE entry.key = parked.key
RETURNING entry.key
