SELECT key FROM entries
WHERE tenant = $tenant AND state = 'parked' AND expires_at > $now
  AND ($reason IS NULL OR reason = $reason) AND ($delivery_id IS NULL OR delivery_id = $delivery_id)
LIMIT $most
