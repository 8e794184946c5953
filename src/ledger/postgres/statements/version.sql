SELECT coalesce(max(number), 0)::integer AS version FROM omneo_gateway.migrations
