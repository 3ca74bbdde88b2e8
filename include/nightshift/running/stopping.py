"""What a refusal leaves in its night: a record, and a page that says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nightshift.errors import DataRefused, FenceRefused, LeakFound, NightshiftError, ReleaseRefused
from nightshift.nouns.refusal_record import RefusalRecord, Refused
from nightshift.storage import store
from nightshift.storage.night import Night


@contextmanager
def leaving_a_page(night: Night, stage: str) -> Iterator[None]:
    """Let a refusal of the data or a leak through, with the address of the night's page in it."""
    try:
        yield
    except (DataRefused, LeakFound) as refusal:
        from nightshift import report

        _keep(night, stage, "data" if isinstance(refusal, DataRefused) else "leak", refusal)
        step = refusal.next_step
        page = store.path(report.make(night)) / "report.html"
        raise type(refusal)(expected=refusal.expected, found=refusal.found, next_step=f"{step}; the night's page is {page}") from None


@contextmanager
def kept_out(night: Night) -> Iterator[None]:
    """The fence's refusal is a result: what is served goes on, and the night keeps why."""
    try:
        yield
    except FenceRefused as refusal:
        _keep(night, "promote", "release", refusal)


def declined(night: Night, who: str, why: str, next_step: str) -> None:
    """A person said no, or nothing in time: a result as well."""
    found = f"{who} said no{f': {why}' if why else ''}" if who else "no answer in time, which is a no"
    _keep(night, "approve", "release", ReleaseRefused(expected="a person's word that it may serve", found=found, next_step=next_step))


def _keep(night: Night, stage: str, refused: Refused, why: NightshiftError) -> None:
    record = RefusalRecord(stage=stage, refused=refused, expected=why.expected, found=why.found, next_step=why.next_step)
    store.write(night.stage("refused"), record.write)
