-- $1 number, $2 name
INSERT INTO omneo_gateway.migrations (number, name) VALUES ($1, $2)
