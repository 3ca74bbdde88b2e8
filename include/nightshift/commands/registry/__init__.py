"""`versions`: the releases of a market, listed, compared, shown, noted and deleted."""
