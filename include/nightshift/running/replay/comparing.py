"""What a night left against what its replay left: bytes first, and where these differ, by how much what is said differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from nightshift.data import columns
from nightshift.models import FAMILIES
from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.replay_record import Outcome, Repeated
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import addresses, store
from nightshift.storage.night import Night


def compare(night: Night, home: Path) -> tuple[Repeated, ...]:
    """Clean bars, columns, every family and the verdict, in the order of the line."""
    families = tuple(_family(night, family, home) for family in night.families)
    repeatable = all(part.outcome in {"bit for bit", "same answers"} for part in families)
    return (_clean_bars(night, home), _columns(night, home), *families, _verdict(night, home, exactly=repeatable))


def _clean_bars(night: Night, home: Path) -> Repeated:
    return _bytes("clean bars", *_both(night.stage("check"), home), lambda name: name.endswith(".parquet"))


def _columns(night: Night, home: Path) -> Repeated:
    """The panel and the blocks it is put together from; its own record says for which snapshot it was first made."""
    again = ColumnsRecord.read(home / night.stage("columns")).store
    then, now = store.open_folder(night.columns), home / addresses.stage(again)
    was, is_now = PanelRecord.read(then), PanelRecord.read(now)
    blocks = [*zip(was.value_blocks, is_now.value_blocks, strict=False), *zip(was.row_blocks, is_now.row_blocks, strict=False)]
    compared = [_bytes("columns", store.open_folder(ours), home / theirs, lambda _: True) for ours, theirs in blocks]
    compared += [_bytes("columns", then, now, lambda name: name != PanelRecord.FILE)] if len(store.checksums(then)) > 1 else []
    return next((part for part in compared if part.outcome == "differs"), compared[0])


def _family(night: Night, family: str, home: Path) -> Repeated:
    then, now = _both(night.stage("models", family), home)
    was, again = TrainingRecord.read(then), TrainingRecord.read(now)
    if was.failed or again.failed:
        same = bool(was.failed) and bool(again.failed)
        note = f"out then: {was.failed or 'no'}; out now: {again.failed or 'no'}"
        return Repeated(what=family, outcome="bit for bit" if same else "differs", note=note)
    if was.params != again.params:
        return Repeated(what=family, outcome="differs", note=f"the search chose {again.params} where it had chosen {was.params}")
    by_bytes = _bytes(family, then, now, lambda name: name.startswith("model/") or name == Scores.FILE)
    return by_bytes if by_bytes.outcome == "bit for bit" else _by_predictions(night, family, then, now)


def _by_predictions(night: Night, family: str, then: Path, now: Path) -> Repeated:
    """Other bytes that say the same, nearly: as near as the family declares."""
    panel = columns.load_panel(night.columns)
    said, again = (Scores.read(folder, panel).laid_out for folder in (then, now))
    allowed = FAMILIES[family].replays_within
    if not np.array_equal(np.isfinite(said), np.isfinite(again)):
        return Repeated(what=family, outcome="differs", allowed=allowed, note="other rows were answered")
    difference = float(np.nanmax(np.abs(said - again), initial=0.0))
    outcome: Outcome = "differs" if difference > allowed else "within tolerance" if difference else "same answers"
    return Repeated(what=family, outcome=outcome, difference=difference, allowed=allowed, note="the file has other bytes")


def _verdict(night: Night, home: Path, *, exactly: bool) -> Repeated:
    """The decision, whose it was, and every check's value; with models that are equal in every bit these are too."""
    was, again = (Verdict.read(folder) for folder in _both(night.stage("verdict"), home))
    if (was.decision, was.challenger) != (again.decision, again.challenger):
        note = f"{again.decision} of {again.challenger} where it was {was.decision} of {was.challenger}"
        return Repeated(what="verdict", outcome="differs", note=note)
    values = {check.name: check.value for check in was.checks}
    pairs = [(check.value, values.get(check.name)) for check in again.checks]
    apart = [abs(now - then) for now, then in pairs if now is not None and then is not None]
    difference = max(apart, default=0.0)
    if difference == 0.0:
        return Repeated(what="verdict", outcome="bit for bit", note=was.decision)
    outcome = "differs" if exactly else "within tolerance"
    return Repeated(what="verdict", outcome=outcome, difference=difference, note=f"{was.decision}, with other values")


def _bytes(what: str, then: Path, now: Path, counts: Callable[[str], bool]) -> Repeated:
    was, again = (
        {name: sha for name, sha in store.checksums(folder).items() if counts(name)} if folder.is_dir() else {} for folder in (then, now)
    )
    other = sorted(name for name in was.keys() | again.keys() if was.get(name) != again.get(name))
    outcome = "differs" if other or not was else "bit for bit"
    return Repeated(what=what, outcome=outcome, note=f"other bytes in {', '.join(other[:3])}" if other else "")


def _both(where: str, home: Path) -> tuple[Path, Path]:
    return store.open_folder(where), home / addresses.stage(where)
