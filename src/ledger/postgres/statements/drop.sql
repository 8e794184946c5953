-- $1 key, $2 owner, $3 the key under which the webhook goes on, or null
-- What this claim has charged to budgets is given back.
WITH
  gone AS (
    DELETE FROM omneo_gateway.entries
    WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL
    RETURNING key, delivery_id, since, history, omneo_gateway.own_charges(reserved, $2) AS charges
  ),
  heir AS (
    UPDATE omneo_gateway.entries AS entry SET
      history = omneo_gateway.joined_history(omneo_gateway.with_arrival(gone.history, gone.since), entry.history)
    FROM gone
    WHERE entry.key = $3 AND entry.delivery_id = gone.delivery_id
  )
SELECT key, omneo_gateway.give_back(charges) FROM gone
