-- With its indexes; null while there is no such table. Needs no right on the table.
SELECT pg_total_relation_size(to_regclass('omneo_gateway.entries')) AS bytes
