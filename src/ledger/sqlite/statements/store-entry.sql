INSERT OR REPLACE INTO entries (
  key, state, fingerprint, external_id, expires_at, tenant, claimed_at, attempt, is_findable, settle_window_ms,
  attempted_at, owner, lease_ends, receipt, is_answered
) VALUES (
  $key, $state, $fingerprint, $external_id, $expires_at, $tenant, $claimed_at, $attempt, $is_findable,
  $settle_window_ms, $attempted_at, $owner, $lease_ends, $receipt, $is_answered
)
