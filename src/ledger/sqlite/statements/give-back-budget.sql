UPDATE budgets SET rewards = max(0, rewards - $rewards), cents = max(0, cents - $cents) WHERE name = $name
