SELECT now FROM ledger_time WHERE only = 1
