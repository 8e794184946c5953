INSERT INTO facts (name, value, expires_at)
VALUES ($name, $value, $expires_at)
ON CONFLICT (name) DO UPDATE SET
  value = iif(facts.expires_at > $now, max(facts.value, excluded.value), excluded.value),
  expires_at = max(facts.expires_at, excluded.expires_at)
