-- The ledger's tables and functions. Names are always written with their schema, since no session state is relied on.
-- A later migration leaves everything that the release before it uses: both run side by side during an update.

CREATE TABLE omneo_gateway.entries (
  key text PRIMARY KEY,
  -- Digest of what was asked for; no value of a webhook is kept.
  fingerprint text NOT NULL,
  -- Only if the gateway made it up: an id of the caller's comes again with each attempt.
  external_id text,
  -- Who holds the claim; after it is settled, who did that.
  owner text,
  lease_ends_at timestamptz,
  -- When a create may last have been under way; null: never.
  attempted_at timestamptz,
  attempt text NOT NULL DEFAULT 'unknown' CHECK (attempt IN ('unknown', 'sent', 'refused')),
  -- The longest of the gateways that held the entry.
  settle_window interval NOT NULL,
  -- When this fingerprint first claimed the key.
  claimed_at timestamptz NOT NULL,
  -- The reward exists; JSON as text, in which no digit of its id is lost.
  receipt text,
  -- An answer that names the reward is known to be out.
  answered boolean NOT NULL DEFAULT false,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX entries_expires_at ON omneo_gateway.entries (expires_at);

CREATE TABLE omneo_gateway.maxima (
  name text PRIMARY KEY,
  value double precision NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX maxima_expires_at ON omneo_gateway.maxima (expires_at);

-- The ledger's time: the server's, since replicas do not agree on theirs.
CREATE FUNCTION omneo_gateway.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE
AS $$ SELECT clock_timestamp() $$;

CREATE FUNCTION omneo_gateway.in_ms(ms double precision) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$ SELECT ms * interval '1 millisecond' $$;

-- Asks for the right to issue. Of many who ask at once one wins: a new key by its insert, another by the lock on its
-- row. Most copies of a webhook are answered from the first look, which takes no lock and writes nothing.
CREATE FUNCTION omneo_gateway.claim(
  in_key text,
  in_fingerprint text,
  in_external_id text,
  in_owner text,
  in_lease_ms double precision,
  in_settle_window_ms double precision,
  in_retention_ms double precision,
  OUT result text,
  OUT external_id text,
  OUT receipt text,
  OUT believe_miss_in double precision,
  OUT attempt text,
  OUT claimed_at double precision
)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  entry omneo_gateway.entries;
  locked boolean := false;
  at timestamptz;
BEGIN
  LOOP
    IF locked THEN
      SELECT * INTO entry FROM omneo_gateway.entries AS e WHERE e.key = in_key FOR UPDATE;
    ELSE
      SELECT * INTO entry FROM omneo_gateway.entries AS e WHERE e.key = in_key;
    END IF;
    -- Read after the lock was waited for.
    at := omneo_gateway.clock();
    IF entry.key IS NULL THEN
      INSERT INTO omneo_gateway.entries
        (key, fingerprint, external_id, owner, lease_ends_at, settle_window, claimed_at, expires_at)
      VALUES
        (in_key, in_fingerprint, in_external_id, in_owner, at + omneo_gateway.in_ms(in_lease_ms),
         omneo_gateway.in_ms(in_settle_window_ms), at, at + omneo_gateway.in_ms(in_retention_ms))
      ON CONFLICT DO NOTHING;
      IF FOUND THEN
        result := 'won';
        external_id := in_external_id;
        RETURN;
      END IF;
      -- Somebody else was faster: look again.
      locked := false;
      CONTINUE;
    END IF;
    IF entry.expires_at > at THEN
      external_id := entry.external_id;
      IF entry.receipt IS NOT NULL THEN
        IF entry.fingerprint = in_fingerprint THEN
          result := 'issued';
          receipt := entry.receipt;
        ELSE
          result := 'mismatch';
        END IF;
        RETURN;
      END IF;
      -- A claim of our own is one whose answer was lost on the way: it is answered again.
      IF entry.owner <> in_owner AND at < entry.lease_ends_at THEN
        result := 'busy';
        RETURN;
      END IF;
    END IF;
    EXIT WHEN locked;
    locked := true;
  END LOOP;

  IF entry.expires_at <= at THEN
    -- Its time is over, and it was not deleted yet: as if there were none.
    entry.external_id := in_external_id;
    entry.attempted_at := NULL;
    entry.attempt := 'unknown';
    entry.claimed_at := at;
    entry.settle_window := interval '0';
  ELSE
    IF entry.owner <> in_owner THEN
      -- Its holder crashed or was paused: a create may have been under way until the lease ended.
      entry.attempted_at := entry.lease_ends_at;
      IF entry.attempt = 'refused' THEN entry.attempt := 'sent'; END IF;
    END IF;
    IF entry.fingerprint <> in_fingerprint THEN
      entry.attempt := 'unknown';
      entry.claimed_at := at;
    END IF;
  END IF;
  entry.settle_window := greatest(entry.settle_window, omneo_gateway.in_ms(in_settle_window_ms));

  UPDATE omneo_gateway.entries AS e SET
    fingerprint = in_fingerprint,
    external_id = entry.external_id,
    owner = in_owner,
    lease_ends_at = at + omneo_gateway.in_ms(in_lease_ms),
    attempted_at = entry.attempted_at,
    attempt = entry.attempt,
    settle_window = entry.settle_window,
    claimed_at = entry.claimed_at,
    receipt = NULL,
    answered = false,
    expires_at = at + omneo_gateway.in_ms(in_retention_ms)
  WHERE e.key = in_key;

  external_id := entry.external_id;
  IF entry.attempted_at IS NULL THEN
    result := 'won';
    RETURN;
  END IF;
  result := 'unconfirmed';
  attempt := entry.attempt;
  claimed_at := extract(epoch FROM entry.claimed_at) * 1000;
  believe_miss_in := ceil(greatest(0, extract(epoch FROM entry.attempted_at + entry.settle_window - at) * 1000));
END
$$;

-- Writes and deletes what nobody looks for, with every right that the other statements need.
CREATE FUNCTION omneo_gateway.check_writes(in_key text) RETURNS void
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
END
$$;
