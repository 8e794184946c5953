-- One step in the index for each tenant, however much waits.
WITH RECURSIVE due (tenant) AS (
  SELECT (SELECT min(tenant) FROM entries WHERE due_at IS NOT NULL)
  UNION ALL
  SELECT (SELECT min(e.tenant) FROM entries AS e WHERE e.due_at IS NOT NULL AND e.tenant > due.tenant)
  FROM due WHERE due.tenant IS NOT NULL
)
SELECT
  tenant,
  (SELECT min(e.due_at) FROM entries AS e WHERE e.due_at IS NOT NULL AND e.tenant = due.tenant) AS due_at
FROM due WHERE tenant IS NOT NULL
