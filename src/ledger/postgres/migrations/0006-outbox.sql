-- How a delivery ended is still to be told to Klaviyo. A gateway of the release before this one goes on beside it: it puts
-- nothing in and takes nothing out.

ALTER TABLE omneo_gateway.entries
  -- Of deliveries: when they ended so. What is neither issued nor parked by now is in the outbox no more.
  ADD COLUMN outbox_since timestamptz,
  -- When it may be taken to be told.
  ADD COLUMN outbox_due_at timestamptz;

CREATE INDEX entries_outbox ON omneo_gateway.entries (tenant, outbox_due_at, outbox_since)
WHERE outbox_due_at IS NOT NULL AND (parked OR receipt IS NOT NULL);
