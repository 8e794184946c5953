-- Of deliveries: of how many attempts nobody recorded the end, so that their leases ran out.
ALTER TABLE entries ADD COLUMN lapses INTEGER;
