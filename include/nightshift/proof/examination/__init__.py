"""Examination: what is asked of the night's leader beyond its measures."""

from nightshift.proof.examination.examine import examine
from nightshift.proof.examination.examined_metrics import EXAMINED, ExaminedMetric

__all__ = ["EXAMINED", "ExaminedMetric", "examine"]
