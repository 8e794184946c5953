-- One step in the index for each tenant, however much waits.
WITH RECURSIVE due AS (
  (
    SELECT e.tenant, e.due_at FROM omneo_gateway.entries AS e
    WHERE e.due_at IS NOT NULL ORDER BY e.tenant, e.due_at LIMIT 1
  )
  UNION ALL
  SELECT next.tenant, next.due_at FROM due
  CROSS JOIN LATERAL (
    SELECT e.tenant, e.due_at FROM omneo_gateway.entries AS e
    WHERE e.due_at IS NOT NULL AND e.tenant > due.tenant ORDER BY e.tenant, e.due_at LIMIT 1
  ) AS next
)
SELECT tenant, greatest(0, extract(epoch FROM due_at - omneo_gateway.clock()) * 1000) AS due_in_ms FROM due
