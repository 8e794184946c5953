-- By place, as store-entry. What is left out has indexes of its own, which would be written anew.
UPDATE entries SET
  state = ?, fingerprint = ?, external_id = ?, expires_at = ?, claimed_at = ?, attempt = ?, is_findable = ?,
  settle_window_ms = ?, attempted_at = ?, owner = ?, lease_ends = ?, receipt = ?, is_answered = ?, reason = ?,
  due_at = ?, webhook = ?, since = ?, attempts = ?, separate_at = ?, history = ?
WHERE key = ?
