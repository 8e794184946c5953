-- $1 tenants, $2 whether what waits, $3 whether what is parked, $4 action or null, $5 reason, $6 since, $7 and $8 the place
-- from which on, in ms and by delivery, $9 how many at most
SELECT
  entry.delivery_id, entry.tenant, entry.action, entry.state,
  coalesce(entry.reason, entry.discarded) AS reason, entry.summary, entry.external_id, entry.receipt, entry.attempts,
  entry.webhook IS NOT NULL AS has_webhook,
  extract(epoch FROM entry.since) * 1000 AS since,
  CASE WHEN entry.state = 'waiting' THEN extract(epoch FROM entry.due_at) * 1000 END AS due_at,
  CASE WHEN entry.expires_at <> 'infinity' THEN extract(epoch FROM entry.expires_at) * 1000 END AS kept_until
FROM omneo_gateway.newest_for_reason(
  $1, $2, $3, $4, $5, to_timestamp($6 / 1000::double precision), to_timestamp($7 / 1000::double precision), $8, $9
) AS listed (key)
JOIN omneo_gateway.entries AS entry USING (key)
ORDER BY entry.since DESC, entry.delivery_id DESC
