DELETE FROM facts WHERE expires_at <= $now
