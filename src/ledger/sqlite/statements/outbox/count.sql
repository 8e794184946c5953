SELECT tenant, count(*) AS count, min(outbox_since) AS oldest
FROM entries
WHERE outbox_due_at IS NOT NULL
GROUP BY tenant
