-- $1 tenant, $2 to $4 digests of id, person and e-mail, each null if it does not matter
SELECT count(*)::integer AS count FROM omneo_gateway.entries
WHERE (id_digest = ANY ($2::text[]) OR person_digest = ANY ($3::text[]) OR email_digest = ANY ($4::text[]))
  AND tenant = $1 AND expires_at > omneo_gateway.clock()
