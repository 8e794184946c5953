-- $1 tenants, $2 reason or null, $3 action or null, $4 since and $5 until in ms, $6 how many at most
-- The oldest of the begins of short ranges, one for each tenant.
SELECT found.delivery_id
FROM unnest($1::text[]) AS asked (tenant)
CROSS JOIN LATERAL (
  SELECT e.delivery_id, e.since FROM omneo_gateway.entries AS e
  WHERE e.delivery_id IS NOT NULL AND e.tenant = asked.tenant AND e.parked
    AND omneo_gateway.delivery_state(e.receipt, e.parked, e.reason, e.due_at) = 'parked'
    AND ($2::text IS NULL OR e.reason = $2) AND ($3::text IS NULL OR e.action = $3)
    AND e.since >= to_timestamp($4 / 1000::double precision) AND e.since < to_timestamp($5 / 1000::double precision)
    AND e.expires_at > omneo_gateway.clock()
  ORDER BY e.since, e.delivery_id
  LIMIT $6
) AS found
ORDER BY found.since, found.delivery_id
LIMIT $6
