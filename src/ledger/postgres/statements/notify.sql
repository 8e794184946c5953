SELECT pg_notify('omneo_gateway_due', '')
