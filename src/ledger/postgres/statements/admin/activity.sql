-- $1 tenant, $2 since in ms
SELECT
  floor(extract(epoch FROM found.since) / 3600) * 3600000 AS hour, wanted.state, count(*)::integer AS count
FROM unnest(ARRAY['pending', 'waiting', 'issued', 'parked', 'discarded']) AS wanted (state)
CROSS JOIN LATERAL (
  SELECT e.since FROM omneo_gateway.entries AS e
  WHERE e.delivery_id IS NOT NULL AND e.tenant = $1
    AND omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) = wanted.state
    AND e.since >= to_timestamp($2 / 1000::double precision)
) AS found
GROUP BY 1, 2
