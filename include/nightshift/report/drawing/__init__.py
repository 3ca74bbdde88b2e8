"""Charts, tables and numbers as they are drawn."""
