DELETE FROM budgets WHERE expires_at <= $now
