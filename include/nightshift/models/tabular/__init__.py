"""One row of columns in, one score out."""
