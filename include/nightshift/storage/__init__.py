"""Where everything lies: sealed folders, locks, the ledger, nights and their provenance."""
