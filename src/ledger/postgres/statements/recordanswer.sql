-- $1 key, $2 external_id, $3 whether the answer is out, $4 for how long, $5 retention, in ms
-- Of a delivery it decides when an equal webhook is another one, and of any other entry how long it is kept.
UPDATE omneo_gateway.entries SET
  separate_at = CASE
    WHEN delivery_id IS NULL THEN NULL
    WHEN answered THEN greatest(separate_at, omneo_gateway.clock() + omneo_gateway.in_ms($4))
    WHEN $3 THEN omneo_gateway.clock() + omneo_gateway.in_ms($4)
  END,
  expires_at = CASE
    WHEN delivery_id IS NOT NULL THEN expires_at
    WHEN answered THEN greatest(expires_at, omneo_gateway.clock() + omneo_gateway.in_ms($4))
    WHEN $3 THEN omneo_gateway.clock() + omneo_gateway.in_ms($4)
    ELSE omneo_gateway.clock() + omneo_gateway.in_ms($5)
  END,
  answered = answered OR $3
WHERE key = $1 AND external_id = $2 AND (receipt IS NOT NULL OR delivery_id IS NOT NULL)
  AND expires_at > omneo_gateway.clock()
