"""Reading what vendors give: how a file is written is decided by what is in it, and said; what has two readings is refused with both."""

from nightshift.data.sources.reading.recognised import Form, Recognised, Survey, Unread
from nightshift.data.sources.reading.settled import NOTHING_SETTLED, Settled

__all__ = ["NOTHING_SETTLED", "Form", "Recognised", "Settled", "Survey", "Unread"]
