-- $1 tenants, $2 reasons, $3 action or null, $4 since and $5 until in ms, $6 how many at most
SELECT delivery_id
FROM omneo_gateway.oldest_parked(
  $1, $2, $3, to_timestamp($4 / 1000::double precision), to_timestamp($5 / 1000::double precision), $6
) AS parked (delivery_id)
