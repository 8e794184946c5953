DELETE FROM entries
WHERE key IN (SELECT key FROM entries WHERE expires_at <= $now ORDER BY expires_at LIMIT $most)
