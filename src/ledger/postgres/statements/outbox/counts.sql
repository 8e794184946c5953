SELECT tenant, count(*)::integer AS count, omneo_gateway.epoch_ms(min(outbox_since)) AS oldest
FROM omneo_gateway.entries
WHERE outbox_due_at IS NOT NULL AND (parked OR receipt IS NOT NULL)
GROUP BY tenant
