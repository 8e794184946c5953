-- Entries may hold the webhook itself from now on: a delivery, which waits, is parked, or is being worked on. A gateway of
-- the release before this one goes on beside it: it neither reads nor writes the new columns, and gets no claim on a
-- delivery, which it would release by deleting it.

ALTER TABLE omneo_gateway.entries
  -- Of deliveries only, as all that follows.
  ADD COLUMN delivery_id text,
  ADD COLUMN tenant text,
  ADD COLUMN action text,
  -- Sealed, and erased once the reward exists.
  ADD COLUMN webhook bytea,
  ADD COLUMN summary text,
  ADD COLUMN id_digest text,
  ADD COLUMN person_digest text,
  ADD COLUMN email_digest text,
  -- When it was accepted, or replayed last.
  ADD COLUMN since timestamptz,
  -- How often it was taken to be worked on.
  ADD COLUMN attempts integer NOT NULL DEFAULT 0,
  -- From then on an equal webhook without an id is another one.
  ADD COLUMN separate_at timestamptz,
  -- When a courier may take it: the end of the lease, or of the pause. Null: never, since it is done or parked.
  ADD COLUMN due_at timestamptz,
  -- Why it waits or is parked.
  ADD COLUMN reason text,
  ADD COLUMN parked boolean NOT NULL DEFAULT false;

CREATE INDEX entries_due ON omneo_gateway.entries (tenant, due_at) WHERE due_at IS NOT NULL;
-- These two are counted from the index alone.
CREATE INDEX entries_waiting ON omneo_gateway.entries (tenant, reason, since) WHERE reason IS NOT NULL AND NOT parked;
CREATE INDEX entries_parked ON omneo_gateway.entries (tenant, reason, since) WHERE parked;

-- As claim(), for a webhook that may be stored with it (in_delivery_id is null: it is not). What is stored is delivered,
-- whatever else comes under its key, so its copies are answered with the delivery.
CREATE FUNCTION omneo_gateway.claim_delivery(
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
      IF entry.delivery_id IS NOT NULL AND NOT entry.parked AND entry.owner IS DISTINCT FROM in_owner THEN
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
  IF in_delivery_id IS NOT NULL THEN
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
    parked = false
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

-- For gateways of the release before this one, whose callers come back: a delivery is busy until its reward exists.
CREATE OR REPLACE FUNCTION omneo_gateway.claim(
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
  OUT miss_conclusive_in double precision,
  OUT attempt text,
  OUT claimed_at double precision
)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  entry omneo_gateway.entries;
  answer record;
BEGIN
  SELECT * INTO entry FROM omneo_gateway.entries AS e WHERE e.key = in_key FOR UPDATE;
  IF entry.delivery_id IS NOT NULL AND entry.receipt IS NULL AND entry.expires_at > omneo_gateway.clock() THEN
    result := 'busy';
    RETURN;
  END IF;
  SELECT * INTO answer FROM omneo_gateway.claim_delivery(
    in_key, in_fingerprint, in_external_id, in_owner, in_lease_ms, in_settle_window_ms, in_retention_ms,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  );
  result := CASE WHEN answer.result = 'accepted' THEN 'busy' ELSE answer.result END;
  external_id := answer.external_id;
  receipt := answer.receipt;
  miss_conclusive_in := answer.miss_conclusive_in;
  attempt := answer.attempt;
  claimed_at := answer.claimed_at;
END
$$;
