SELECT to_regclass('omneo_gateway.migrations') IS NOT NULL AS known
