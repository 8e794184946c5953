-- No sum is larger than a double counts: no limit is either.
INSERT INTO budgets (name, rewards, cents, expires_at)
VALUES ($name, $rewards, $cents, $expires_at)
ON CONFLICT (name) DO UPDATE SET
  rewards = iif(budgets.expires_at > $now, budgets.rewards, 0) + excluded.rewards,
  cents = min(9007199254740991, iif(budgets.expires_at > $now, budgets.cents, 0) + excluded.cents),
  expires_at = iif(budgets.expires_at > $now, budgets.expires_at, excluded.expires_at)
