-- A gateway of the release before this one goes on beside it. It counts no lapses, and leaves those that are counted.

ALTER TABLE omneo_gateway.entries
  -- Of how many attempts nobody recorded the end, so that their leases ran out.
  ADD COLUMN lapses integer NOT NULL DEFAULT 0;
