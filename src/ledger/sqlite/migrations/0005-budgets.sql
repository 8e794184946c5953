-- What is charged to each budget, which its name says.
CREATE TABLE budgets (
  name TEXT NOT NULL PRIMARY KEY,
  rewards INTEGER NOT NULL,
  cents INTEGER NOT NULL,
  expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX budgets_by_expiry ON budgets (expires_at);

-- What is charged for an entry, as JSON; and the fingerprint that a human has let pass its budgets.
ALTER TABLE entries ADD COLUMN reserved TEXT;
ALTER TABLE entries ADD COLUMN released TEXT;
-- Of deliveries: when it was taken, or replayed, after a budget held it, since the epoch. That time does not count as tried.
ALTER TABLE entries ADD COLUMN tried_since REAL;

-- Of what is due at the same moment, what came first is taken first.
DROP INDEX entries_by_due;
CREATE INDEX entries_by_due ON entries (tenant, due_at, since) WHERE due_at IS NOT NULL;
