-- Of deliveries that are issued or parked: how they ended is still to be told to Klaviyo.
ALTER TABLE entries ADD COLUMN outbox_since REAL; -- since the epoch
-- When it may be taken to be told.
ALTER TABLE entries ADD COLUMN outbox_due_at REAL;

CREATE INDEX entries_outbox ON entries (tenant, outbox_due_at, outbox_since) WHERE outbox_due_at IS NOT NULL;
