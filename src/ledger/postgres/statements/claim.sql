-- Arrays, one element for each claim: $1 key, $2 owner, $3 fingerprint, $4 external_id if it was generated, $5 tenant; of
-- a webhook that is stored, else null: $6 delivery, $7 action, $8 webhook, $9 summary, $10 to $12 digests of id, person and
-- e-mail, $13 after how many ms an equal one is another one.
-- For all: $14 lease, $15 settle window, $16 retention, in ms.
SELECT asked.key, asked.owner,
  answer.result, answer.external_id, answer.receipt, answer.miss_conclusive_in, answer.attempt, answer.delivery_id,
  -- Of what is won the function does not say it. The entry as it was before this statement knows it, if it goes on.
  coalesce(
    answer.claimed_at,
    (
      SELECT extract(epoch FROM before.claimed_at) * 1000 FROM omneo_gateway.entries AS before
      WHERE before.key = asked.key AND before.fingerprint = asked.fingerprint
        AND before.expires_at > omneo_gateway.clock()
        AND (before.separate_at IS NULL OR before.separate_at > omneo_gateway.clock())
    ),
    extract(epoch FROM omneo_gateway.clock()) * 1000
  ) AS claimed_at
FROM unnest(
  $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[],
  $10::text[], $11::text[], $12::text[], $13::double precision[]
) AS asked (
  key, owner, fingerprint, generated_id, tenant, delivery_id, action, webhook, summary,
  id_digest, person_digest, email_digest, separate_ms
)
CROSS JOIN LATERAL omneo_gateway.claim_delivery(
  asked.key, asked.fingerprint, asked.generated_id, asked.owner, $14, $15, $16,
  asked.tenant, asked.delivery_id, asked.action, asked.webhook, asked.summary,
  asked.id_digest, asked.person_digest, asked.email_digest, asked.separate_ms
) AS answer
