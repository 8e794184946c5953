-- $1 key, $2 owner, $3 reason, $4 for how long in ms, $5 what is known of a create that was sent, or
-- null, $6 a note about the attempt, or null, $7 whether it is put into the outbox
-- What this claim has charged to budgets is given back, unless it has sent a create.
WITH
  held AS MATERIALIZED (
    SELECT e.key, CASE WHEN $5::text IS NULL THEN omneo_gateway.own_charges(e.reserved, $2) END AS charges
    FROM omneo_gateway.entries AS e
    WHERE e.key = $1 AND e.owner = $2 AND e.receipt IS NULL AND e.delivery_id IS NOT NULL
    FOR UPDATE
  ),
  parked AS (
    UPDATE omneo_gateway.entries AS entry SET
      owner = NULL,
      lease_ends_at = NULL,
      reason = $3,
      parked = true,
      lapses = 0,
      reserved = CASE WHEN held.charges IS NULL THEN entry.reserved END,
      due_at = NULL,
      attempted_at = CASE WHEN $5::text IS NULL THEN attempted_at ELSE omneo_gateway.clock() END,
      attempt = coalesce($5, attempt),
      outbox_since = CASE WHEN $7 THEN omneo_gateway.clock() END,
      outbox_due_at = CASE WHEN $7 THEN omneo_gateway.clock() END,
      history = omneo_gateway.with_event(history, 'attempted', $6::jsonb),
      expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($4)
    FROM held
    WHERE entry.key = held.key
    RETURNING entry.key, held.charges
  )
SELECT key, omneo_gateway.give_back(charges) FROM parked
