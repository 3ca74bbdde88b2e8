"""Searching a family's parameters: strategies, shared studies, a worker that may die, and what a study found."""

from nightshift.training.search.driver import search
from nightshift.training.search.strategies import STRATEGIES

__all__ = ["STRATEGIES", "search"]
