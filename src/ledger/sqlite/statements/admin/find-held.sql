-- The begin of one range: what waits for one reason, the oldest first.
SELECT delivery_id, since FROM entries
WHERE state = 'waiting' AND tenant = $tenant AND reason = $reason AND since >= $since AND since < $until
  AND expires_at > $now AND ($action IS NULL OR action = $action)
ORDER BY since, delivery_id
LIMIT $most
