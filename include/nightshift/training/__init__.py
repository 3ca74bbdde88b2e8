"""Training: one family of one night, with the parameters given or searched."""
