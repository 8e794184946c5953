-- $1 key, $2 owner
-- What was won is deleted; what was attempted before stays, and nobody holds it; a delivery is due again at once. What this
-- claim has charged to budgets is given back.
WITH
  held AS MATERIALIZED (
    SELECT e.key, omneo_gateway.own_charges(e.reserved, $2) AS charges FROM omneo_gateway.entries AS e
    WHERE e.key = $1 AND e.owner = $2 AND e.receipt IS NULL
    FOR UPDATE
  ),
  deleted AS (
    DELETE FROM omneo_gateway.entries AS entry USING held
    WHERE entry.key = held.key AND entry.attempted_at IS NULL AND entry.delivery_id IS NULL
  ),
  let_go AS (
    UPDATE omneo_gateway.entries AS entry SET
      owner = NULL,
      lease_ends_at = NULL,
      lapses = 0,
      reserved = CASE WHEN held.charges IS NULL THEN entry.reserved END,
      due_at = CASE WHEN delivery_id IS NOT NULL THEN omneo_gateway.clock() END,
      reason = CASE WHEN delivery_id IS NOT NULL THEN 'unavailable' END
    FROM held
    WHERE entry.key = held.key AND (entry.attempted_at IS NOT NULL OR entry.delivery_id IS NOT NULL)
  )
SELECT omneo_gateway.give_back(charges) FROM held
