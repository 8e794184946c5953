-- $1 key, $2 tenant, $3 delivery, $4 action, $5 webhook, $6 summary, $7 to $9 digests of id, person and e-mail,
-- $10 reason, $11 for how long in ms
-- An equal one that was stored before stays, unless its time is over, or it was discarded: then it is parked anew.
INSERT INTO omneo_gateway.entries AS entry
  (key, fingerprint, settle_window, claimed_at, tenant, delivery_id, action, webhook, summary,
   id_digest, person_digest, email_digest, since, reason, parked, expires_at)
VALUES
  ($1, '', interval '0', omneo_gateway.clock(), $2, $3, $4, $5, $6, $7, $8, $9, omneo_gateway.clock(), $10, true,
   omneo_gateway.clock() + omneo_gateway.in_ms($11))
ON CONFLICT (key) DO UPDATE SET
  delivery_id = CASE
    WHEN entry.expires_at <= omneo_gateway.clock() THEN excluded.delivery_id ELSE entry.delivery_id
  END,
  history = CASE
    WHEN entry.expires_at > omneo_gateway.clock()
      THEN omneo_gateway.with_event(omneo_gateway.with_arrival(entry.history, entry.since), 'arrived', '{}')
  END,
  webhook = excluded.webhook,
  summary = excluded.summary,
  id_digest = excluded.id_digest,
  person_digest = excluded.person_digest,
  email_digest = excluded.email_digest,
  since = excluded.since,
  reason = excluded.reason,
  discarded = NULL,
  attempts = 0,
  owner = NULL,
  lease_ends_at = NULL,
  attempted_at = NULL,
  receipt = NULL,
  parked = true,
  due_at = NULL,
  outbox_since = NULL,
  outbox_due_at = NULL,
  expires_at = excluded.expires_at
WHERE entry.expires_at <= omneo_gateway.clock()
  OR entry.state = 'discarded'
