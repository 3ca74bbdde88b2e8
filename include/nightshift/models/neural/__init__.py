"""Networks over rows, sequences and panels."""
