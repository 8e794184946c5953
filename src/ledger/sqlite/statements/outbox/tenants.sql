-- One step in the index for each tenant, however much there is.
WITH RECURSIVE due (tenant) AS (
  SELECT (SELECT min(tenant) FROM entries WHERE outbox_due_at IS NOT NULL)
  UNION ALL
  SELECT (SELECT min(e.tenant) FROM entries AS e WHERE e.outbox_due_at IS NOT NULL AND e.tenant > due.tenant)
  FROM due WHERE due.tenant IS NOT NULL
)
SELECT tenant FROM due
WHERE tenant IS NOT NULL
  AND (SELECT min(e.outbox_due_at) FROM entries AS e WHERE e.outbox_due_at IS NOT NULL AND e.tenant = due.tenant) <= $now
