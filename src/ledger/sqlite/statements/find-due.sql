SELECT key FROM entries
WHERE tenant = $tenant AND due_at IS NOT NULL AND due_at <= $now
ORDER BY due_at, since
LIMIT $most
