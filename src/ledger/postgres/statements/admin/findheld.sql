-- $1 tenants, $2 action or null, $3 since and $4 until in ms, $5 how many at most
SELECT delivery_id
FROM omneo_gateway.oldest_held(
  $1, $2, to_timestamp($3 / 1000::double precision), to_timestamp($4 / 1000::double precision), $5
) AS held (delivery_id)
