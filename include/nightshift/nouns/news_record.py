"""Whether a night had anything new to learn from."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Record

NO_NEW_BAR = "NO NEW BAR"  # what such a night is called where others have a verdict


class NewsRecord(Record):
    """Asked before the bars are checked; a night without news rests on the answer of an earlier one."""

    FILE: ClassVar[str] = "news.json"

    has_news: bool
    why: str  # one sentence
    newest_session: str  # of the snapshot
    rests_on: str  # the judged night whose answer stands; empty: the night is worked through
    decision: str  # of that night; empty with it
    served: str  # the version that keeps serving; empty: nothing was served
