-- Arrays, one element for each claim: $1 key, $2 owner, $3 fingerprint, $4 external_id if it was generated.
-- For all: $5 lease, $6 settle window, $7 retention, in ms.
SELECT asked.key, asked.owner, answer.*
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS asked (key, owner, fingerprint, generated_id)
CROSS JOIN LATERAL omneo_gateway.claim(
  asked.key, asked.fingerprint, asked.generated_id, asked.owner, $5, $6, $7
) AS answer
