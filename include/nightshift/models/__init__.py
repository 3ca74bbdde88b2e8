"""Every family that a market file may name, and what is true of all of them: how one is fitted, kept and asked.

A new family is one file and one line in `SINGLE_FAMILIES`.
"""

from nightshift.models.every_family import FAMILIES, fit, load
from nightshift.models.family import Context, Course, Family, Params, Task
from nightshift.models.fitted import Fitted
from nightshift.models.model_files import save

__all__ = ["FAMILIES", "Context", "Course", "Family", "Fitted", "Params", "Task", "fit", "load", "save"]
