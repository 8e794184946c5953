-- $1 name, $2 value, $3 for how long in ms
INSERT INTO omneo_gateway.maxima AS m (name, value, expires_at)
VALUES ($1, $2, omneo_gateway.clock() + omneo_gateway.in_ms($3))
ON CONFLICT (name) DO UPDATE SET
  value = CASE WHEN m.expires_at > omneo_gateway.clock() THEN greatest(m.value, excluded.value) ELSE excluded.value END,
  expires_at = greatest(m.expires_at, excluded.expires_at)
