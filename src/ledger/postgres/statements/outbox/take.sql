-- $1 tenant, $2 how many at most, $3 for how long nobody else gets them, in ms
-- Replicas pass over what another one takes at the moment.
WITH now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at)
UPDATE omneo_gateway.entries AS entry SET
  outbox_due_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
FROM (
  SELECT due.key FROM omneo_gateway.entries AS due
  WHERE due.tenant = $1 AND due.outbox_due_at <= (SELECT at FROM now)
    AND (due.parked OR due.receipt IS NOT NULL) AND due.expires_at > (SELECT at FROM now)
  ORDER BY due.outbox_due_at, due.outbox_since
  LIMIT $2
  FOR UPDATE SKIP LOCKED
) AS taken
WHERE entry.key = taken.key
RETURNING
  entry.key, entry.delivery_id, entry.tenant, entry.action, entry.webhook, entry.receipt, entry.reason,
  omneo_gateway.epoch_ms(entry.outbox_since) AS since,
  omneo_gateway.epoch_ms((SELECT at FROM now)) - omneo_gateway.epoch_ms(entry.outbox_since) AS age_ms
