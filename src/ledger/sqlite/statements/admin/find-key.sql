SELECT key FROM entries WHERE delivery_id = $id AND expires_at > $now
ORDER BY key
LIMIT 1
