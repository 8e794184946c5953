-- $ids, $persons, $emails: JSON arrays of digests. Each delivery that has one of them; it is held or not.
WITH found AS (
  SELECT key FROM entries WHERE id_digest IN (SELECT value FROM json_each($ids))
  UNION
  SELECT key FROM entries WHERE person_digest IN (SELECT value FROM json_each($persons))
  UNION
  SELECT key FROM entries WHERE email_digest IN (SELECT value FROM json_each($emails))
)
SELECT key FROM found CROSS JOIN entries USING (key)
WHERE delivery_id IS NOT NULL AND tenant = $tenant AND expires_at > $now AND (state = 'pending') = $is_pending
LIMIT $most
