-- $1 how many at most. Replicas pass over what another one deletes at the moment. The clock is read once, so that the index
-- ends where nothing is over yet.
WITH
  now AS MATERIALIZED (SELECT omneo_gateway.clock() AS at),
  old AS (
    SELECT key FROM omneo_gateway.entries WHERE expires_at <= (SELECT at FROM now)
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ),
  deleted AS (
    DELETE FROM omneo_gateway.entries AS e USING old WHERE e.key = old.key RETURNING e.key
  ),
  old_maxima AS (
    SELECT name FROM omneo_gateway.maxima WHERE expires_at <= (SELECT at FROM now)
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ),
  deleted_maxima AS (
    DELETE FROM omneo_gateway.maxima AS m USING old_maxima AS old WHERE m.name = old.name RETURNING m.name
  ),
  old_budgets AS (
    SELECT name FROM omneo_gateway.budgets WHERE expires_at <= (SELECT at FROM now)
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ),
  deleted_budgets AS (
    DELETE FROM omneo_gateway.budgets AS b USING old_budgets AS old WHERE b.name = old.name RETURNING b.name
  )
SELECT greatest(
  (SELECT count(*) FROM deleted), (SELECT count(*) FROM deleted_maxima), (SELECT count(*) FROM deleted_budgets)
)::integer AS deleted
