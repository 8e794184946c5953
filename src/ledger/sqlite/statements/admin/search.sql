-- $tenants: a JSON array; $ids, $persons, $emails: JSON arrays of digests, null if that kind does not matter. A person has
-- few deliveries, so these are found first.
WITH found AS (
  SELECT key FROM entries WHERE id_digest IN (SELECT value FROM json_each($ids))
  UNION
  SELECT key FROM entries WHERE person_digest IN (SELECT value FROM json_each($persons))
  UNION
  SELECT key FROM entries WHERE email_digest IN (SELECT value FROM json_each($emails))
)
SELECT
  delivery_id, tenant, action, state, reason, summary, external_id, receipt, since, attempts, due_at, expires_at,
  webhook IS NOT NULL AS has_webhook
FROM found CROSS JOIN entries USING (key)
WHERE delivery_id IS NOT NULL AND tenant IN (SELECT value FROM json_each($tenants))
  AND ($state IS NULL OR state = $state) AND ($reason IS NULL OR reason = $reason)
  AND ($action IS NULL OR action = $action)
  AND ($ids IS NULL OR id_digest IN (SELECT value FROM json_each($ids)))
  AND ($persons IS NULL OR person_digest IN (SELECT value FROM json_each($persons)))
  AND ($emails IS NULL OR email_digest IN (SELECT value FROM json_each($emails)))
  AND since >= $since AND (since, delivery_id) < ($before, $before_id) AND expires_at > $now
ORDER BY since DESC, delivery_id DESC
LIMIT $most
