-- Arrays, one element for each: $1 key, $2 owner, $3 charges with their limits, as JSON, $4 for how long budgets are kept, in ms
-- All replicas lock budgets in this one order: those of one tenant together, and its own before those of its profiles.
SELECT asked.key, asked.owner, answer.*
FROM (
  SELECT a.key, a.owner, a.charges, a.keep_ms
  FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::double precision[]) AS a (key, owner, charges, keep_ms)
  ORDER BY a.charges -> 0 ->> 'budget', a.key
) AS asked
CROSS JOIN LATERAL omneo_gateway.reserve(asked.key, asked.owner, asked.charges, asked.keep_ms) AS answer
