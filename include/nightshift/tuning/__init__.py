"""Searching a family's parameters: strategies, shared studies, a worker that may die, and what a study found."""

from nightshift.tuning.driver import search
from nightshift.tuning.strategies import STRATEGIES

__all__ = ["STRATEGIES", "search"]
