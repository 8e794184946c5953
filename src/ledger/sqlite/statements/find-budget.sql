SELECT rewards, cents FROM budgets WHERE name = $name AND expires_at > $now
