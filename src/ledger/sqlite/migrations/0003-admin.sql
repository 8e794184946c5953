-- People look for deliveries and decide about them from now on: a delivery may be discarded, and has a history. SQLite
-- cannot change a table's checks, so the table is made anew. It has row ids from now on: of a table without them every index
-- repeats the key, and with all that people look for that costs each webhook twice as much.
CREATE TABLE entries_with_history (
  key TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('pending', 'unconfirmed', 'waiting', 'parked', 'discarded', 'issued')),
  fingerprint TEXT NOT NULL,
  external_id TEXT,
  -- Infinity: until the delivery is done.
  expires_at REAL NOT NULL,
  -- Of all entries but those that are issued and were not stored.
  tenant TEXT,
  -- Of entries that are not issued.
  claimed_at REAL, -- since the epoch
  attempt TEXT CHECK (attempt IN ('unknown', 'sent', 'refused')),
  is_findable INTEGER CHECK (is_findable IN (0, 1)),
  settle_window_ms REAL,
  attempted_at REAL,
  -- Of pending entries.
  owner TEXT,
  lease_ends REAL,
  -- Of issued entries.
  receipt TEXT,
  is_answered INTEGER CHECK (is_answered IN (0, 1)),
  -- Of waiting, parked and discarded entries.
  reason TEXT,
  -- When a courier may take it: the end of the lease, or of the pause.
  due_at REAL,
  -- Of deliveries. The webhook is sealed, and erased once it is issued or discarded.
  delivery_id TEXT,
  action TEXT,
  webhook BLOB,
  summary TEXT,
  id_digest TEXT,
  person_digest TEXT,
  email_digest TEXT,
  since REAL, -- since the epoch
  attempts INTEGER,
  separate_at REAL,
  history TEXT, -- A JSON array; null: nothing but the arrival at since.
  CHECK ((state = 'pending') = (owner IS NOT NULL AND lease_ends IS NOT NULL)),
  CHECK ((state = 'issued') = (receipt IS NOT NULL)),
  CHECK (state = 'issued' OR tenant IS NOT NULL),
  CHECK (state <> 'unconfirmed' OR attempted_at IS NOT NULL),
  CHECK ((state IN ('waiting', 'parked', 'discarded')) = (reason IS NOT NULL)),
  CHECK (state NOT IN ('waiting', 'parked') OR (delivery_id IS NOT NULL AND webhook IS NOT NULL)),
  CHECK (state <> 'discarded' OR (delivery_id IS NOT NULL AND webhook IS NULL)),
  CHECK (state <> 'waiting' OR due_at IS NOT NULL)
) STRICT;

INSERT INTO entries_with_history (
  key, state, fingerprint, external_id, expires_at, tenant, claimed_at, attempt, is_findable, settle_window_ms,
  attempted_at, owner, lease_ends, receipt, is_answered, reason, due_at, delivery_id, action, webhook, summary,
  id_digest, person_digest, email_digest, since, attempts, separate_at
)
SELECT
  key, state, fingerprint, external_id, expires_at, tenant, claimed_at, attempt, is_findable, settle_window_ms,
  attempted_at, owner, lease_ends, receipt, is_answered, reason, due_at, delivery_id, action, webhook, summary,
  id_digest, person_digest, email_digest, since, attempts, separate_at
FROM entries;

DROP TABLE entries;
ALTER TABLE entries_with_history RENAME TO entries;

CREATE INDEX entries_by_expiry ON entries (expires_at);
CREATE INDEX entries_by_due ON entries (tenant, due_at) WHERE due_at IS NOT NULL;
-- These two are counted from the index alone.
CREATE INDEX entries_waiting ON entries (tenant, reason, since) WHERE state = 'waiting';
CREATE INDEX entries_parked ON entries (tenant, reason, since) WHERE state = 'parked';
-- A list is merged from the ends of some ranges of these. Of those that wait and that are parked there are the two above too.
CREATE INDEX entries_listed ON entries (tenant, state, since, delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX entries_by_delivery ON entries (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX entries_by_id ON entries (id_digest) WHERE id_digest IS NOT NULL;
CREATE INDEX entries_by_person ON entries (person_digest) WHERE person_digest IS NOT NULL;
CREATE INDEX entries_by_email ON entries (email_digest) WHERE email_digest IS NOT NULL;
