-- Budgets, and what entries have charged to them. A gateway of the release before this one goes on beside it: it charges
-- nothing and gives nothing back, so that at most too much counts as spent.

CREATE TABLE omneo_gateway.budgets (
  name text PRIMARY KEY,
  rewards bigint NOT NULL DEFAULT 0,
  cents bigint NOT NULL DEFAULT 0,
  -- It stays as it is from the first charge on, so that a charge changes nothing that is indexed.
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX budgets_expires_at ON omneo_gateway.budgets (expires_at);

ALTER TABLE omneo_gateway.entries
  -- {"by": owner, "charges": [{"budget", "rewards", "cents"}]}: what the claim of that owner has charged for it.
  ADD COLUMN reserved jsonb,
  -- The fingerprint that a human has let pass its budgets.
  ADD COLUMN released text,
  -- When it was taken, or replayed, after a budget held it: that time does not count as tried. Null: it was never held.
  ADD COLUMN tried_since timestamptz;

-- Of what is due at the same moment, what came first is taken first.
CREATE INDEX entries_due_in_order ON omneo_gateway.entries (tenant, due_at, since) WHERE due_at IS NOT NULL;
DROP INDEX omneo_gateway.entries_due;

-- What is held, the oldest first, by its ids; as oldest_parked.
CREATE FUNCTION omneo_gateway.oldest_held(
  in_tenants text[],
  in_action text,
  in_since timestamptz,
  in_until timestamptz,
  in_limit integer
) RETURNS SETOF text
LANGUAGE sql STABLE ROWS 50
SET enable_sort = off
SET enable_bitmapscan = off
SET enable_seqscan = off
SET jit = off
AS $$
  SELECT found.delivery_id
  FROM unnest(in_tenants) AS asked (tenant)
  CROSS JOIN LATERAL (
    SELECT e.delivery_id, e.since FROM omneo_gateway.entries AS e
    WHERE NOT e.parked AND e.reason = 'held' AND e.state = 'waiting' AND e.tenant = asked.tenant
      AND e.since >= in_since AND e.since < in_until
      AND (in_action IS NULL OR e.action = in_action) AND e.expires_at > omneo_gateway.clock()
    ORDER BY e.since, e.delivery_id
    LIMIT in_limit
  ) AS found
  ORDER BY found.since, found.delivery_id
  LIMIT in_limit
$$;

-- Gives charges back, in their order. One of a budget that is forgotten is forgotten too.
CREATE FUNCTION omneo_gateway.give_back(in_charges jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
AS $$
DECLARE
  charge jsonb;
BEGIN
  FOR charge IN SELECT value FROM jsonb_array_elements(in_charges) LOOP
    UPDATE omneo_gateway.budgets SET
      rewards = greatest(0, rewards - (charge ->> 'rewards')::bigint),
      cents = greatest(0, cents - (charge ->> 'cents')::bigint)
    WHERE name = charge ->> 'budget';
  END LOOP;
END
$$;

-- What a claim gives back that ends in a definite failure: what it has charged itself. Null: nothing.
CREATE FUNCTION omneo_gateway.own_charges(in_reserved jsonb, in_owner text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN in_reserved ->> 'by' = in_owner THEN in_reserved -> 'charges' END $$;

-- Charges budgets under a claim, all of them or none. Of many who ask at once each waits for the lock on the budget, so that
-- none sees less than what is spent. The charges are in the order in which everybody locks budgets.
CREATE FUNCTION omneo_gateway.reserve(
  in_key text,
  in_owner text,
  in_charges jsonb,
  in_keep_ms double precision,
  OUT result text,
  OUT budget text,
  OUT exceeded text
)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  entry record;
  charge jsonb;
  spent omneo_gateway.budgets;
BEGIN
  SELECT e.reserved, e.attempted_at, coalesce(e.released = e.fingerprint, false) AS passes INTO entry
  FROM omneo_gateway.entries AS e
  WHERE e.key = in_key AND e.owner = in_owner AND e.receipt IS NULL AND e.expires_at > omneo_gateway.clock()
  FOR UPDATE;
  IF NOT FOUND THEN
    result := 'lost';
    RETURN;
  END IF;
  IF entry.reserved ->> 'by' = in_owner THEN
    -- Its answer was lost on the way, or it is late: a create may be under way.
    result := 'reserved';
    RETURN;
  END IF;
  -- Whoever reserves has looked, and nothing came of the claim before. Without an attempt it is of an entry whose time was
  -- over before this one was made in its place.
  IF entry.attempted_at IS NOT NULL THEN PERFORM omneo_gateway.give_back(entry.reserved -> 'charges'); END IF;

  FOR charge IN SELECT value FROM jsonb_array_elements(in_charges) LOOP
    LOOP
      SELECT * INTO spent FROM omneo_gateway.budgets AS b WHERE b.name = charge ->> 'budget' FOR UPDATE;
      EXIT WHEN FOUND;
      INSERT INTO omneo_gateway.budgets (name, expires_at)
      VALUES (charge ->> 'budget', omneo_gateway.clock() + omneo_gateway.in_ms(in_keep_ms))
      ON CONFLICT DO NOTHING;
    END LOOP;
    IF spent.expires_at <= omneo_gateway.clock() THEN
      -- Its time is over, and it was not deleted yet: as if there were none.
      UPDATE omneo_gateway.budgets AS b SET
        rewards = 0, cents = 0, expires_at = omneo_gateway.clock() + omneo_gateway.in_ms(in_keep_ms)
      WHERE b.name = spent.name;
      spent.rewards := 0;
      spent.cents := 0;
    END IF;
    exceeded := CASE
      WHEN entry.passes THEN NULL
      WHEN spent.rewards + (charge ->> 'rewards')::bigint > (charge -> 'limits' ->> 'rewards')::bigint THEN 'rewards'
      WHEN spent.cents + (charge ->> 'cents')::bigint > (charge -> 'limits' ->> 'cents')::bigint THEN 'cents'
    END;
    IF exceeded IS NOT NULL THEN
      result := 'exceeded';
      budget := spent.name;
      UPDATE omneo_gateway.entries AS e SET reserved = NULL WHERE e.key = in_key AND e.reserved IS NOT NULL;
      RETURN;
    END IF;
  END LOOP;

  FOR charge IN SELECT value FROM jsonb_array_elements(in_charges) LOOP
    UPDATE omneo_gateway.budgets AS b SET
      rewards = b.rewards + (charge ->> 'rewards')::bigint,
      -- No sum is larger than a double counts: no limit is either.
      cents = least(9007199254740991, b.cents + (charge ->> 'cents')::bigint)
    WHERE b.name = charge ->> 'budget';
  END LOOP;
  UPDATE omneo_gateway.entries AS e SET
    reserved = jsonb_build_object(
      'by', in_owner,
      'charges', (SELECT jsonb_agg(value - 'limits' ORDER BY place)
        FROM jsonb_array_elements(in_charges) WITH ORDINALITY AS charges (value, place))
    )
  WHERE e.key = in_key;
  result := 'reserved';
END
$$;

-- As before, with budgets.
CREATE OR REPLACE FUNCTION omneo_gateway.check_writes(in_key text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  INSERT INTO omneo_gateway.entries (key, fingerprint, settle_window, claimed_at, expires_at)
  VALUES (in_key, '', interval '0', omneo_gateway.clock(), omneo_gateway.clock());
  UPDATE omneo_gateway.entries SET answered = true WHERE key = in_key;
  DELETE FROM omneo_gateway.entries WHERE key = in_key;
  INSERT INTO omneo_gateway.maxima (name, value, expires_at) VALUES (in_key, 0, omneo_gateway.clock());
  UPDATE omneo_gateway.maxima SET value = 1 WHERE name = in_key;
  DELETE FROM omneo_gateway.maxima WHERE name = in_key;
  INSERT INTO omneo_gateway.budgets (name, expires_at) VALUES (in_key, omneo_gateway.clock());
  UPDATE omneo_gateway.budgets SET rewards = 1 WHERE name = in_key;
  DELETE FROM omneo_gateway.budgets WHERE name = in_key;
END
$$;
