SELECT key FROM entries
WHERE tenant = $tenant AND due_at IS NOT NULL AND due_at <= $now AND max(since, ifnull(tried_since, 0)) <= $accepted_before
LIMIT $most
