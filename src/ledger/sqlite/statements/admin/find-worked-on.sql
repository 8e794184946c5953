SELECT 1 FROM entries WHERE delivery_id = $id AND state = 'pending' AND expires_at > $now
LIMIT 1
