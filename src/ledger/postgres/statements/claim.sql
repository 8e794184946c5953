-- Arrays, one element for each claim: $1 key, $2 owner, $3 fingerprint, $4 external_id if it was generated, $5 tenant; of
-- a webhook that is stored, else null: $6 delivery, $7 action, $8 webhook, $9 summary, $10 to $12 digests of id, person and
-- e-mail, $13 after how many ms an equal one is another one.
-- For all: $14 lease, $15 settle window, $16 retention, in ms.
WITH
  asked AS MATERIALIZED (
    SELECT *
    FROM unnest(
      $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[],
      $10::text[], $11::text[], $12::text[], $13::double precision[]
    ) AS a (
      key, owner, fingerprint, generated_id, tenant, delivery_id, action, webhook, summary,
      id_digest, person_digest, email_digest, separate_ms
    )
  ),
  now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at),
  -- Most keys are new. All of those are stored at once: to call the function for each takes longer than all the rest.
  new AS (
    INSERT INTO omneo_gateway.entries
      (key, fingerprint, external_id, owner, lease_ends_at, settle_window, claimed_at, expires_at,
       tenant, delivery_id, action, webhook, summary, id_digest, person_digest, email_digest,
       since, attempts, separate_at, due_at)
    SELECT
      a.key, a.fingerprint, a.generated_id, a.owner, now.at + omneo_gateway.in_ms($14), omneo_gateway.in_ms($15), now.at,
      CASE WHEN a.delivery_id IS NULL THEN now.at + omneo_gateway.in_ms($16) ELSE 'infinity' END,
      CASE WHEN a.delivery_id IS NOT NULL THEN a.tenant END,
      a.delivery_id, a.action, a.webhook, a.summary, a.id_digest, a.person_digest, a.email_digest,
      CASE WHEN a.delivery_id IS NOT NULL THEN now.at END,
      CASE WHEN a.delivery_id IS NULL THEN 0 ELSE 1 END,
      now.at + omneo_gateway.in_ms(a.separate_ms),
      CASE WHEN a.delivery_id IS NOT NULL THEN now.at + omneo_gateway.in_ms($14) END
    FROM asked AS a CROSS JOIN now
    ON CONFLICT DO NOTHING
    RETURNING key, owner, external_id, delivery_id, claimed_at
  )
SELECT
  key, owner, 'won' AS result, external_id, NULL AS receipt, NULL::double precision AS miss_conclusive_in, NULL AS attempt,
  delivery_id, extract(epoch FROM claimed_at) * 1000 AS claimed_at
FROM new
UNION ALL
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
FROM asked
CROSS JOIN LATERAL omneo_gateway.claim_delivery(
  asked.key, asked.fingerprint, asked.generated_id, asked.owner, $14, $15, $16,
  asked.tenant, asked.delivery_id, asked.action, asked.webhook, asked.summary,
  asked.id_digest, asked.person_digest, asked.email_digest, asked.separate_ms
) AS answer
WHERE NOT EXISTS (SELECT FROM new WHERE new.key = asked.key AND new.owner = asked.owner)
