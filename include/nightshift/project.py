"""Where the project lies, and which version it is."""

from pathlib import Path

VERSION = "0.1.0"
PROJECT = Path(__file__).resolve().parents[2]
