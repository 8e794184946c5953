DELETE FROM entries WHERE key = $key
