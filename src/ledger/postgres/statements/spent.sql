-- $1 an array of budgets
SELECT name, rewards, cents FROM omneo_gateway.budgets
WHERE name = ANY ($1::text[]) AND expires_at > omneo_gateway.clock() AND (rewards > 0 OR cents > 0)
