-- $1 key, $2 fingerprint, $3 tenant, $4 delivery, $5 action, $6 webhook, $7 summary, $8 to $10 digests of id, person and
-- e-mail, $11 reason, $12 for how long in ms
-- An equal one that was stored before stays, unless its time is over.
INSERT INTO omneo_gateway.entries AS entry
  (key, fingerprint, settle_window, claimed_at, tenant, delivery_id, action, webhook, summary,
   id_digest, person_digest, email_digest, since, reason, parked, expires_at)
VALUES
  ($1, $2, interval '0', omneo_gateway.clock(), $3, $4, $5, $6, $7, $8, $9, $10, omneo_gateway.clock(), $11, true,
   omneo_gateway.clock() + omneo_gateway.in_ms($12))
ON CONFLICT (key) DO UPDATE SET
  delivery_id = excluded.delivery_id,
  webhook = excluded.webhook,
  since = excluded.since,
  reason = excluded.reason,
  parked = true,
  receipt = NULL,
  due_at = NULL,
  expires_at = excluded.expires_at
WHERE entry.expires_at <= omneo_gateway.clock()
