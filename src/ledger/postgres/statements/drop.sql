-- $1 key, $2 owner
DELETE FROM omneo_gateway.entries WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL
RETURNING key
