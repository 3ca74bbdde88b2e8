"""Examination: what is asked of the night's leader beyond its measures."""

from nightshift.proof.examination.examine import examine

__all__ = ["examine"]
