SELECT value FROM facts WHERE name = $name AND expires_at > $now
