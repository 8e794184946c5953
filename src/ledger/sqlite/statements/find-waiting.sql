-- $reasons: a JSON array
SELECT key FROM entries
WHERE tenant = $tenant AND due_at IS NOT NULL AND due_at > $now AND state = 'waiting'
  AND reason IN (SELECT value FROM json_each($reasons))
LIMIT $most
