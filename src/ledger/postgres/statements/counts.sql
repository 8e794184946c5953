SELECT tenant, 'waiting' AS state, reason, count(*)::integer AS count, extract(epoch FROM min(since)) * 1000 AS oldest
FROM omneo_gateway.entries
WHERE reason IS NOT NULL AND NOT parked
GROUP BY tenant, reason
UNION ALL
SELECT tenant, 'parked' AS state, reason, count(*)::integer AS count, extract(epoch FROM min(since)) * 1000 AS oldest
FROM omneo_gateway.entries
WHERE parked
GROUP BY tenant, reason
