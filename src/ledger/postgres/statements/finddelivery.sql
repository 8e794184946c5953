-- $1 key
SELECT delivery_id FROM omneo_gateway.entries WHERE key = $1
