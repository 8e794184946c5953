-- Arrays, one element for each: $1 key, $2 owner, $3 for how long in ms, $4 receipt, $5 a note about the attempt, or null,
-- $6 whether a delivery is put into the outbox
-- May run twice, or late: what was settled with this receipt by this owner stays as it is.
UPDATE omneo_gateway.entries AS entry SET
  expires_at = CASE
    WHEN entry.receipt IS NULL THEN omneo_gateway.clock() + omneo_gateway.in_ms(done.keep_ms)
    ELSE entry.expires_at
  END,
  history = CASE
    WHEN entry.receipt IS NULL AND entry.delivery_id IS NOT NULL
      THEN omneo_gateway.with_event(entry.history, 'attempted', done.note::jsonb)
    ELSE entry.history
  END,
  receipt = done.receipt,
  lease_ends_at = NULL,
  attempted_at = NULL,
  webhook = CASE WHEN entry.receipt IS NOT NULL OR done.to_outbox THEN entry.webhook END,
  outbox_since = CASE
    WHEN entry.receipt IS NOT NULL THEN entry.outbox_since
    WHEN done.to_outbox AND entry.delivery_id IS NOT NULL THEN omneo_gateway.clock()
  END,
  outbox_due_at = CASE
    WHEN entry.receipt IS NOT NULL THEN entry.outbox_due_at
    WHEN done.to_outbox AND entry.delivery_id IS NOT NULL THEN omneo_gateway.clock()
  END,
  reserved = NULL,
  released = NULL,
  due_at = NULL
FROM unnest($1::text[], $2::text[], $3::double precision[], $4::text[], $5::text[], $6::boolean[])
  AS done (key, owner, keep_ms, receipt, note, to_outbox)
WHERE entry.key = done.key AND entry.owner = done.owner
  AND (entry.receipt IS NULL OR entry.receipt = done.receipt)
  AND entry.expires_at > omneo_gateway.clock()
RETURNING entry.key, entry.owner
