// The ledger: the only door to the database.
