-- Ours, so that no other program's database is taken for a ledger: "OGLE" as a number.
PRAGMA application_id = 0x4f474c45;

-- One row an entry. Nothing of a payload is in it: key and fingerprint are digests, and an external_id is kept only if
-- the gateway made it up. Times are those of the ledger (see ledger_time), in milliseconds, but for claimed_at.
CREATE TABLE entries (
  key TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('pending', 'unconfirmed', 'issued')),
  fingerprint TEXT NOT NULL,
  external_id TEXT,
  expires_at REAL NOT NULL,
  -- Of pending and unconfirmed entries.
  tenant TEXT,
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
  CHECK ((state = 'pending') = (owner IS NOT NULL AND lease_ends IS NOT NULL)),
  CHECK ((state = 'issued') = (receipt IS NOT NULL AND is_answered IS NOT NULL)),
  CHECK ((state = 'issued') = (tenant IS NULL)),
  CHECK (state <> 'unconfirmed' OR attempted_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_by_expiry ON entries (expires_at);

-- The largest value that was recorded under a name.
CREATE TABLE facts (
  name TEXT NOT NULL PRIMARY KEY,
  value REAL NOT NULL,
  expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: up to when the ledger's time has certainly run.
CREATE TABLE ledger_time (
  only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
  now REAL NOT NULL
) STRICT;
