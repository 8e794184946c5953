-- $1 key, $2 tenant, $3 delivery, $4 action, $5 webhook, $6 summary, $7 to $9 digests of id, person and e-mail,
-- $10 reason, $11 for how long in ms
-- An equal one that was stored before stays, unless its time is over.
INSERT INTO omneo_gateway.entries AS entry
  (key, fingerprint, settle_window, claimed_at, tenant, delivery_id, action, webhook, summary,
   id_digest, person_digest, email_digest, since, reason, parked, expires_at)
VALUES
  ($1, '', interval '0', omneo_gateway.clock(), $2, $3, $4, $5, $6, $7, $8, $9, omneo_gateway.clock(), $10, true,
   omneo_gateway.clock() + omneo_gateway.in_ms($11))
ON CONFLICT (key) DO UPDATE SET
  delivery_id = excluded.delivery_id,
  webhook = excluded.webhook,
  since = excluded.since,
  reason = excluded.reason,
  attempts = 0,
  owner = NULL,
  lease_ends_at = NULL,
  attempted_at = NULL,
  receipt = NULL,
  parked = true,
  due_at = NULL,
  expires_at = excluded.expires_at
WHERE entry.expires_at <= omneo_gateway.clock()
