-- $1 key
SELECT
  receipt,
  CASE
    WHEN receipt IS NOT NULL THEN 'issued'
    WHEN parked THEN 'parked'
    WHEN discarded IS NOT NULL THEN 'discarded'
    ELSE 'open'
  END AS state
FROM omneo_gateway.entries
WHERE key = $1 AND expires_at > omneo_gateway.clock()
