"""Nightshift: nightly retraining that has to prove itself before it may serve."""

__version__ = "0.1.0"

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
