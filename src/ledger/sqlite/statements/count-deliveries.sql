SELECT tenant, 'waiting' AS state, reason, count(*) AS count, min(since) AS oldest
FROM entries
WHERE state = 'waiting'
GROUP BY tenant, reason
UNION ALL
SELECT tenant, 'parked' AS state, reason, count(*) AS count, min(since) AS oldest
FROM entries
WHERE state = 'parked'
GROUP BY tenant, reason
