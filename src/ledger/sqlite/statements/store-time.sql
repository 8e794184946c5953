INSERT INTO ledger_time (only, now)
VALUES (1, $now)
ON CONFLICT (only) DO UPDATE SET now = max(ledger_time.now, excluded.now)
