SELECT key, tenant, webhook FROM entries
WHERE delivery_id = $id AND webhook IS NOT NULL AND expires_at > $now
ORDER BY key
LIMIT 1
