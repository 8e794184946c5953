-- Of one tenant and state, from the index alone.
SELECT CAST(since / 3600000 AS INTEGER) * 3600000 AS hour, state, count(*) AS count
FROM entries
WHERE delivery_id IS NOT NULL AND tenant = $tenant AND state = $state AND since >= $since
GROUP BY 1
