"""Evaluation: everyone on the same sessions, in numbers with intervals, and the night's challenger."""

from nightshift.proof.evaluation.measuring import evaluate
from nightshift.proof.evaluation.selection import select

__all__ = ["evaluate", "select"]
