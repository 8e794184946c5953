-- $1 tenant, $2 since in ms
-- From the index alone.
SELECT floor(extract(epoch FROM since) / 3600) * 3600000 AS hour, state, count(*)::integer AS count
FROM omneo_gateway.entries
WHERE tenant = $1 AND state = ANY (ARRAY['pending', 'waiting', 'issued', 'parked', 'discarded'])
  AND since >= to_timestamp($2 / 1000::double precision)
GROUP BY 1, 2
