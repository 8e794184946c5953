-- People look for deliveries and decide about them from now on: a delivery may be discarded, and has a history. A gateway
-- of the release before this one goes on beside it: it neither reads nor writes the new columns, and for its statements
-- what is discarded neither waits nor is parked, is never due, and belongs to nobody.

ALTER TABLE omneo_gateway.entries
  -- Why it was discarded. It is so while it is neither issued nor parked, waits for nothing and is never due.
  ADD COLUMN discarded text,
  -- Of deliveries only. What the other columns say, whoever writes them.
  ADD COLUMN state text GENERATED ALWAYS AS (
    CASE
      WHEN delivery_id IS NULL THEN NULL
      WHEN receipt IS NOT NULL THEN 'issued'
      WHEN parked THEN 'parked'
      WHEN reason IS NOT NULL THEN 'waiting'
      WHEN due_at IS NOT NULL THEN 'pending'
      ELSE 'discarded'
    END
  ) STORED,
  -- What happened to it, an array; null: nothing but the arrival at `since`.
  ADD COLUMN history jsonb,
  -- A place in a list is named by whole milliseconds.
  ALTER COLUMN since TYPE timestamptz(3);

-- A list is merged from the ends of some ranges of this.
CREATE INDEX entries_listed ON omneo_gateway.entries (tenant, state, since, delivery_id) WHERE state IS NOT NULL;
CREATE INDEX entries_by_delivery ON omneo_gateway.entries USING hash (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX entries_by_id ON omneo_gateway.entries USING hash (id_digest) WHERE id_digest IS NOT NULL;
CREATE INDEX entries_by_person ON omneo_gateway.entries USING hash (person_digest) WHERE person_digest IS NOT NULL;
CREATE INDEX entries_by_email ON omneo_gateway.entries USING hash (email_digest) WHERE email_digest IS NOT NULL;

-- The keys of the newest deliveries of some tenants and states, from a place on. The newest ones of all are among the ends of
-- the ranges whose own newest ones are the newest. Each range comes in order from the index: planned by how many rows the
-- planner takes it for, a range would now and then be read as a whole and sorted, however long it is. (What is switched off
-- looks so dear to the planner that it would compile the rest, which takes seconds.)
CREATE FUNCTION omneo_gateway.newest_deliveries(
  in_tenants text[],
  in_states text[],
  in_action text,
  in_reason text,
  in_since timestamptz,
  in_before timestamptz,
  in_before_id text,
  in_limit integer
) RETURNS SETOF text
LANGUAGE sql STABLE ROWS 50
SET enable_sort = off
SET enable_bitmapscan = off
SET enable_seqscan = off
SET jit = off
AS $$
  WITH ranges AS MATERIALIZED (
    SELECT asked.tenant, wanted.state
    FROM unnest(in_tenants) AS asked (tenant)
    CROSS JOIN unnest(in_states) AS wanted (state)
    CROSS JOIN LATERAL (
      SELECT e.since, e.delivery_id FROM omneo_gateway.entries AS e
      WHERE e.tenant = asked.tenant AND e.state = wanted.state
        AND e.since >= in_since AND (e.since, e.delivery_id) < (in_before, in_before_id)
        AND (in_action IS NULL OR e.action = in_action)
        AND (in_reason IS NULL OR coalesce(e.reason, e.discarded) = in_reason)
        AND e.expires_at > omneo_gateway.clock()
      ORDER BY e.since DESC, e.delivery_id DESC
      LIMIT 1
    ) AS head
    ORDER BY head.since DESC, head.delivery_id DESC
    LIMIT in_limit
  )
  SELECT found.key
  FROM ranges
  CROSS JOIN LATERAL (
    SELECT e.key, e.since, e.delivery_id FROM omneo_gateway.entries AS e
    WHERE e.tenant = ranges.tenant AND e.state = ranges.state
      AND e.since >= in_since AND (e.since, e.delivery_id) < (in_before, in_before_id)
      AND (in_action IS NULL OR e.action = in_action)
      AND (in_reason IS NULL OR coalesce(e.reason, e.discarded) = in_reason)
      AND e.expires_at > omneo_gateway.clock()
    ORDER BY e.since DESC, e.delivery_id DESC
    LIMIT in_limit
  ) AS found
  ORDER BY found.since DESC, found.delivery_id DESC
  LIMIT in_limit
$$;

-- The same of what waits or is parked for one reason, by the indexes that have the reason.
CREATE FUNCTION omneo_gateway.newest_for_reason(
  in_tenants text[],
  in_waiting boolean,
  in_parked boolean,
  in_action text,
  in_reason text,
  in_since timestamptz,
  in_before timestamptz,
  in_before_id text,
  in_limit integer
) RETURNS SETOF text
LANGUAGE sql STABLE ROWS 50
SET enable_sort = off
SET enable_bitmapscan = off
SET enable_seqscan = off
SET jit = off
AS $$
  SELECT found.key
  FROM unnest(in_tenants) AS asked (tenant)
  CROSS JOIN LATERAL (
    (
      SELECT e.key, e.since, e.delivery_id FROM omneo_gateway.entries AS e
      WHERE in_waiting AND e.tenant = asked.tenant AND e.reason = in_reason AND e.reason IS NOT NULL AND NOT e.parked
        AND e.since >= in_since AND e.since <= in_before AND (e.since, e.delivery_id) < (in_before, in_before_id)
        AND (in_action IS NULL OR e.action = in_action) AND e.expires_at > omneo_gateway.clock()
      ORDER BY e.since DESC, e.delivery_id DESC
      LIMIT in_limit
    )
    UNION ALL
    (
      SELECT e.key, e.since, e.delivery_id FROM omneo_gateway.entries AS e
      WHERE in_parked AND e.tenant = asked.tenant AND e.reason = in_reason AND e.parked
        AND e.since >= in_since AND e.since <= in_before AND (e.since, e.delivery_id) < (in_before, in_before_id)
        AND (in_action IS NULL OR e.action = in_action) AND e.expires_at > omneo_gateway.clock()
      ORDER BY e.since DESC, e.delivery_id DESC
      LIMIT in_limit
    )
  ) AS found
  ORDER BY found.since DESC, found.delivery_id DESC
  LIMIT in_limit
$$;

-- The ids of the oldest parked deliveries of some tenants, for one of some reasons.
CREATE FUNCTION omneo_gateway.oldest_parked(
  in_tenants text[],
  in_reasons text[],
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
  CROSS JOIN unnest(in_reasons) AS wanted (reason)
  CROSS JOIN LATERAL (
    SELECT e.delivery_id, e.since FROM omneo_gateway.entries AS e
    WHERE e.parked AND e.tenant = asked.tenant AND e.reason = wanted.reason
      AND e.since >= in_since AND e.since < in_until
      AND (in_action IS NULL OR e.action = in_action) AND e.expires_at > omneo_gateway.clock()
    ORDER BY e.since, e.delivery_id
    LIMIT in_limit
  ) AS found
  ORDER BY found.since, found.delivery_id
  LIMIT in_limit
$$;

-- In milliseconds since the epoch, as people's programs take it.
CREATE FUNCTION omneo_gateway.epoch_ms(at timestamptz) RETURNS bigint
LANGUAGE sql STABLE
AS $$ SELECT floor(extract(epoch FROM at) * 1000)::bigint $$;

-- The history with one more event, which is now. Of 50, the arrival among them, the first and the newest stay.
CREATE FUNCTION omneo_gateway.with_event(history jsonb, kind text, event jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE
AS $$
  SELECT CASE WHEN event IS NULL THEN history ELSE
    CASE WHEN jsonb_array_length(history) >= 49 THEN history - 1 ELSE coalesce(history, '[]') END
      || jsonb_build_array(
        jsonb_build_object('at', omneo_gateway.epoch_ms(omneo_gateway.clock()), 'kind', kind) || event
      )
  END
$$;

-- The history with its arrival, for a delivery whose `since` is about to be moved.
CREATE FUNCTION omneo_gateway.with_arrival(history jsonb, since timestamptz) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN history -> 0 ->> 'kind' = 'arrived' THEN history
    ELSE jsonb_build_array(jsonb_build_object('at', omneo_gateway.epoch_ms(since), 'kind', 'arrived'))
      || coalesce(history, '[]')
  END
$$;

-- The histories of two parts of a delivery's life, the earlier first. Of more than 50 events the first and the newest stay.
CREATE FUNCTION omneo_gateway.joined_history(earlier jsonb, later jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT jsonb_agg(event ORDER BY place)
  FROM (SELECT earlier || coalesce(later, '[]') AS joined) AS both_parts
  CROSS JOIN LATERAL jsonb_array_elements(joined) WITH ORDINALITY AS events (event, place)
  WHERE place = 1 OR place > jsonb_array_length(joined) - 49
$$;

-- As before, but that a discarded delivery is claimed as a parked one is. A claim that stores no webhook makes it an entry
-- without a delivery: there is nothing left that could be delivered.
CREATE OR REPLACE FUNCTION omneo_gateway.claim_delivery(
  in_key text,
  in_fingerprint text,
  in_external_id text,
  in_owner text,
  in_lease_ms double precision,
  in_settle_window_ms double precision,
  in_retention_ms double precision,
  in_tenant text,
  in_delivery_id text,
  in_action text,
  in_webhook bytea,
  in_summary text,
  in_id_digest text,
  in_person_digest text,
  in_email_digest text,
  in_separate_ms double precision,
  OUT result text,
  OUT external_id text,
  OUT receipt text,
  OUT miss_conclusive_in double precision,
  OUT attempt text,
  OUT claimed_at double precision,
  OUT delivery_id text
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
        (key, fingerprint, external_id, owner, lease_ends_at, settle_window, claimed_at, expires_at,
         delivery_id, tenant, action, webhook, summary, id_digest, person_digest, email_digest,
         since, attempts, separate_at, due_at)
      VALUES
        (in_key, in_fingerprint, in_external_id, in_owner, at + omneo_gateway.in_ms(in_lease_ms),
         omneo_gateway.in_ms(in_settle_window_ms), at,
         CASE WHEN in_delivery_id IS NULL THEN at + omneo_gateway.in_ms(in_retention_ms) ELSE 'infinity' END,
         in_delivery_id, CASE WHEN in_delivery_id IS NOT NULL THEN in_tenant END, in_action, in_webhook, in_summary,
         in_id_digest, in_person_digest, in_email_digest,
         CASE WHEN in_delivery_id IS NOT NULL THEN at END,
         CASE WHEN in_delivery_id IS NULL THEN 0 ELSE 1 END,
         at + omneo_gateway.in_ms(in_separate_ms),
         CASE WHEN in_delivery_id IS NOT NULL THEN at + omneo_gateway.in_ms(in_lease_ms) END)
      ON CONFLICT DO NOTHING;
      IF FOUND THEN
        result := 'won';
        external_id := in_external_id;
        delivery_id := in_delivery_id;
        RETURN;
      END IF;
      -- Somebody else was faster: look again.
      locked := false;
      CONTINUE;
    END IF;
    IF entry.expires_at > at THEN
      external_id := entry.external_id;
      IF entry.receipt IS NULL AND entry.owner <> in_owner AND at < entry.lease_ends_at THEN
        result := 'busy';
        IF entry.fingerprint = in_fingerprint AND (entry.separate_at IS NULL OR entry.separate_at > at) THEN
          delivery_id := entry.delivery_id;
        END IF;
        RETURN;
      END IF;
      IF entry.separate_at <= at AND entry.owner IS DISTINCT FROM in_owner THEN
        -- An equal webhook that comes now is another one: the entry leaves it the key.
        IF locked THEN
          UPDATE omneo_gateway.entries AS e SET key = in_key || '/' || entry.delivery_id, separate_at = NULL
          WHERE e.key = in_key;
          locked := false;
        ELSE
          locked := true;
        END IF;
        CONTINUE;
      END IF;
      IF entry.receipt IS NOT NULL THEN
        IF entry.fingerprint = in_fingerprint THEN
          result := 'issued';
          receipt := entry.receipt;
        ELSE
          result := 'mismatch';
        END IF;
        RETURN;
      END IF;
      IF entry.delivery_id IS NOT NULL AND entry.due_at IS NOT NULL AND entry.owner IS DISTINCT FROM in_owner THEN
        IF entry.fingerprint = in_fingerprint THEN
          result := 'accepted';
          delivery_id := entry.delivery_id;
        ELSE
          result := 'mismatch';
        END IF;
        RETURN;
      END IF;
    END IF;
    EXIT WHEN locked;
    locked := true;
  END LOOP;

  -- A claim of our own is one whose answer was lost on the way: it is answered again.
  IF entry.expires_at <= at THEN
    -- Its time is over, and it was not deleted yet: as if there were none.
    entry.external_id := in_external_id;
    entry.attempted_at := NULL;
    entry.attempt := 'unknown';
    entry.claimed_at := at;
    entry.settle_window := interval '0';
  END IF;
  IF entry.expires_at <= at OR (entry.webhook IS NULL AND in_delivery_id IS NULL) THEN
    entry.delivery_id := NULL;
    entry.tenant := NULL;
    entry.action := NULL;
    entry.webhook := NULL;
    entry.summary := NULL;
    entry.id_digest := NULL;
    entry.person_digest := NULL;
    entry.email_digest := NULL;
    entry.since := NULL;
    entry.separate_at := NULL;
    entry.attempts := 0;
    entry.history := NULL;
  END IF;
  IF entry.expires_at > at THEN
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
  IF in_delivery_id IS NOT NULL THEN
    IF entry.delivery_id IS NOT NULL AND entry.owner IS DISTINCT FROM in_owner THEN
      entry.history :=
        omneo_gateway.with_event(omneo_gateway.with_arrival(entry.history, entry.since), 'arrived', '{}');
    END IF;
    entry.delivery_id := coalesce(entry.delivery_id, in_delivery_id);
    entry.tenant := in_tenant;
    entry.action := in_action;
    entry.webhook := in_webhook;
    entry.summary := in_summary;
    entry.id_digest := in_id_digest;
    entry.person_digest := in_person_digest;
    entry.email_digest := in_email_digest;
    entry.since := at;
    entry.separate_at := at + omneo_gateway.in_ms(in_separate_ms);
  END IF;

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
    expires_at = CASE
      WHEN entry.delivery_id IS NULL THEN at + omneo_gateway.in_ms(in_retention_ms) ELSE 'infinity'
    END,
    delivery_id = entry.delivery_id,
    tenant = entry.tenant,
    action = entry.action,
    webhook = entry.webhook,
    summary = entry.summary,
    id_digest = entry.id_digest,
    person_digest = entry.person_digest,
    email_digest = entry.email_digest,
    since = entry.since,
    attempts = CASE
      WHEN entry.delivery_id IS NULL THEN 0
      WHEN entry.owner = in_owner THEN entry.attempts
      ELSE entry.attempts + 1
    END,
    separate_at = entry.separate_at,
    due_at = CASE WHEN entry.delivery_id IS NOT NULL THEN at + omneo_gateway.in_ms(in_lease_ms) END,
    reason = NULL,
    parked = false,
    discarded = NULL,
    history = entry.history
  WHERE e.key = in_key;

  external_id := entry.external_id;
  delivery_id := entry.delivery_id;
  IF entry.attempted_at IS NULL THEN
    result := 'won';
    RETURN;
  END IF;
  result := 'unconfirmed';
  attempt := entry.attempt;
  claimed_at := extract(epoch FROM entry.claimed_at) * 1000;
  miss_conclusive_in := ceil(greatest(0, extract(epoch FROM entry.attempted_at + entry.settle_window - at) * 1000));
END
$$;
