SELECT key FROM entries
WHERE tenant = $tenant AND due_at IS NOT NULL AND due_at <= $now AND since <= $accepted_before
LIMIT $most
