-- By place, since SQLite looks names up one by one, which takes longer than all the rest.
INSERT OR REPLACE INTO entries (
  key, state, fingerprint, external_id, expires_at, tenant, claimed_at, attempt, is_findable, settle_window_ms,
  attempted_at, owner, lease_ends, receipt, is_answered, reason, due_at, delivery_id, action, webhook, summary,
  id_digest, person_digest, email_digest, since, attempts, lapses, separate_at, history, reserved, released, tried_since,
  outbox_since, outbox_due_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
