"""What a night that is refused leaves: the refusal as a record, and a page that says it, before the refusal goes on to whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nightshift.errors import DataRefused, LeakFound
from nightshift.nouns.refusal_record import RefusalRecord
from nightshift.storage import store
from nightshift.storage.night import Night


@contextmanager
def leaving_a_page(night: Night, stage: str) -> Iterator[None]:
    """Let a refusal of the data or a leak through, with the address of the night's page in it."""
    try:
        yield
    except (DataRefused, LeakFound) as refusal:
        from nightshift import report

        kind, step = "data" if isinstance(refusal, DataRefused) else "leak", refusal.next_step
        record = RefusalRecord.model_validate(
            {"stage": stage, "refused": kind, "expected": refusal.expected, "found": refusal.found, "next_step": step}
        )
        store.write(night.stage("refused"), record.write)
        page = store.path(report.make(night)) / "report.html"
        raise type(refusal)(expected=refusal.expected, found=refusal.found, next_step=f"{step}; the night's page is {page}") from None
