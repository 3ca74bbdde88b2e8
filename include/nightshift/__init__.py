"""Nightshift: nightly retraining that has to prove itself before it may serve."""

__version__ = "0.1.0"
