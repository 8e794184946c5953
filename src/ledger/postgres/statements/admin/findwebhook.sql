-- $1 delivery
SELECT key, tenant, webhook FROM omneo_gateway.entries
WHERE delivery_id = $1 AND webhook IS NOT NULL AND expires_at > omneo_gateway.clock()
ORDER BY key
LIMIT 1
