"""Who may come in: keys, limits, where a service listens, and what every request passes."""
