-- One step in the index for each tenant, however much there is.
WITH RECURSIVE due AS (
  (
    SELECT e.tenant, e.outbox_due_at FROM omneo_gateway.entries AS e
    WHERE e.outbox_due_at IS NOT NULL AND (e.parked OR e.receipt IS NOT NULL)
    ORDER BY e.tenant, e.outbox_due_at LIMIT 1
  )
  UNION ALL
  SELECT next.tenant, next.outbox_due_at FROM due
  CROSS JOIN LATERAL (
    SELECT e.tenant, e.outbox_due_at FROM omneo_gateway.entries AS e
    WHERE e.outbox_due_at IS NOT NULL AND (e.parked OR e.receipt IS NOT NULL) AND e.tenant > due.tenant
    ORDER BY e.tenant, e.outbox_due_at LIMIT 1
  ) AS next
)
SELECT tenant FROM due WHERE outbox_due_at <= omneo_gateway.clock()
