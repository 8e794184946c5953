-- $1 a key that no entry has
SELECT omneo_gateway.check_writes($1)
