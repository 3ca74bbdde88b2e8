"""One time series a symbol."""
