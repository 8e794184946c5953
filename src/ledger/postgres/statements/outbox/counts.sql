SELECT tenant, count(*)::integer AS count, extract(epoch FROM min(outbox_since)) * 1000 AS oldest
FROM omneo_gateway.entries
WHERE outbox_due_at IS NOT NULL AND (parked OR receipt IS NOT NULL)
GROUP BY tenant
