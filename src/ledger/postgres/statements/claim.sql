-- $1 key, $2 fingerprint, $3 external_id if it was made up, $4 owner, $5 lease, $6 settle window, $7 retention, in ms
SELECT result, external_id, receipt, believe_miss_in, attempt, claimed_at
FROM omneo_gateway.claim($1, $2, $3, $4, $5, $6, $7)
