"""Rules that learn nothing: what every challenger has to beat."""
