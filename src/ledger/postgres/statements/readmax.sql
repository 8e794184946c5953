-- $1 name
SELECT value FROM omneo_gateway.maxima WHERE name = $1 AND expires_at > omneo_gateway.clock()
