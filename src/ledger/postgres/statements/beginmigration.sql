-- Only one replica migrates. The lock ends with the transaction, so that it works behind PgBouncer too.
-- Whoever may not create schemas needs one that is there already.
SELECT pg_advisory_xact_lock(hashtext('omneo_gateway.migrations'));
-- Behind a migration that waits for a table, which a backup may read for long, every webhook waits too. It is tried again.
SET LOCAL lock_timeout = 1500;
DO $$
BEGIN
  IF to_regnamespace('omneo_gateway') IS NULL THEN
    CREATE SCHEMA omneo_gateway;
  END IF;
END
$$;
CREATE TABLE IF NOT EXISTS omneo_gateway.migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)
