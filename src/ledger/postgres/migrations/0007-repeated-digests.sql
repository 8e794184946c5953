-- To add a value to a hash index takes the longer the more often that value is in it, and one e-mail may be in every webhook.
-- A B-tree takes no longer, and ids of deliveries, which are in the order of time, lie side by side in one. A gateway of the
-- release before this one goes on beside it: its statements find the same.

DROP INDEX
  omneo_gateway.entries_by_delivery, omneo_gateway.entries_by_id, omneo_gateway.entries_by_person,
  omneo_gateway.entries_by_email;

CREATE INDEX entries_by_delivery ON omneo_gateway.entries (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX entries_by_id ON omneo_gateway.entries (id_digest) WHERE id_digest IS NOT NULL;
CREATE INDEX entries_by_person ON omneo_gateway.entries (person_digest) WHERE person_digest IS NOT NULL;
CREATE INDEX entries_by_email ON omneo_gateway.entries (email_digest) WHERE email_digest IS NOT NULL;
