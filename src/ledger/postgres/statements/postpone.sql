-- $1 key, $2 owner, $3 reason, $4 due in so many ms, $5 a note about the attempt, or null
-- What this claim has charged to budgets is given back. What is held is due at a whole minute, so that all that is held
-- until the same moment is taken in the order in which it came.
WITH
  held AS MATERIALIZED (
    SELECT e.key, omneo_gateway.own_charges(e.reserved, $2) AS charges FROM omneo_gateway.entries AS e
    WHERE e.key = $1 AND e.owner = $2 AND e.receipt IS NULL AND e.delivery_id IS NOT NULL
    FOR UPDATE
  ),
  postponed AS (
    UPDATE omneo_gateway.entries AS entry SET
      owner = NULL,
      lease_ends_at = NULL,
      reason = $3,
      lapses = CASE
        WHEN $3 IN ('unavailable', 'credentials_refused', 'profile_not_found') THEN 0 ELSE lapses
      END,
      reserved = CASE WHEN held.charges IS NULL THEN entry.reserved END,
      due_at = CASE
        WHEN $3 = 'held' THEN date_trunc('minute', omneo_gateway.clock() + omneo_gateway.in_ms($4) + interval '1 minute')
        ELSE omneo_gateway.clock() + omneo_gateway.in_ms($4)
      END,
      history = omneo_gateway.with_event(history, 'attempted', $5::jsonb)
    FROM held
    WHERE entry.key = held.key
    RETURNING entry.key, held.charges
  )
SELECT key, omneo_gateway.give_back(charges) FROM postponed
