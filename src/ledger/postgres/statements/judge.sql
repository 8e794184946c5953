-- What a server has to be like for a commit to last.
SELECT
  current_setting('server_version_num')::integer AS version,
  current_setting('fsync') AS fsync,
  current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('transaction_isolation') AS isolation,
  current_setting('transaction_read_only') AS read_only,
  pg_is_in_recovery() AS standby
