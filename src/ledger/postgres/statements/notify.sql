-- $1 who sends it
SELECT pg_notify('omneo_gateway_due', $1)
