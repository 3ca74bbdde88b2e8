"""How whole and how fresh the night's feed is: facts about sessions and symbols that no single row shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift import sessions
from nightshift.data import membership, snapshot
from nightshift.nouns.quality import Gaps, NamedRow

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.data.quality.cleaning import Cleaned
    from nightshift.storage.night import Night

LISTED_SESSIONS = 252  # a symbol silent for longer counts as delisted
NEVER_HOURS = 1e6  # the age of a feed without a single clean bar


@dataclass(frozen=True)
class Facts:
    """Numbers about the feed, and by the name of each number the rows that explain it."""

    newest_session_age_hours: float
    newest_session_coverage_fraction: float
    calendar_completeness_fraction: float
    symbols_without_unadjusted_action_fraction: float
    symbols: tuple[str, ...]
    completeness_fraction: np.ndarray  # per symbol, between its own first and last bar
    gaps: Gaps
    evidence: dict[str, tuple[NamedRow, ...]]


def facts_of(received: pa.Table, cleaned: Cleaned, night: Night) -> Facts:
    """The facts of a cleaned snapshot as of the night."""
    present, days, names = _presence(cleaned.rows, cleaned.history.days)
    everyone = set(received["symbol"].unique().to_pylist())
    universe = snapshot.universe(night.snapshot) if night.snapshot else None  # a folder that is inspected has none
    listed = np.any(present[:, -LISTED_SESSIONS:], axis=1) & membership.members_on(names, universe, night.session)
    newest = np.any(present[:, -1:], axis=1)
    gone = sorted(everyone - set(names))  # symbols of whom no row was clean
    lost = [name for name, counts in zip(gone, membership.members_on(gone, universe, night.session).tolist(), strict=True) if counts]
    absent = [name for name, here, counts in zip(names, newest.tolist(), listed.tolist(), strict=True) if counts and not here] + lost
    bars_a_session = present.sum(axis=0)
    empty = days[bars_a_session == 0]
    first, last, completeness = _completeness(present)
    missing = int((last - first + 1).sum() - present.sum())
    acted = {action.symbol for action in cleaned.actions}
    newest_day = str(days[-1]) if len(days) else ""
    return Facts(
        newest_session_age_hours=_age_hours(days, night),
        newest_session_coverage_fraction=_share(int((newest & listed).sum()), int(listed.sum()) + len(lost)),
        calendar_completeness_fraction=_share(len(days) - len(empty), len(days)),
        symbols_without_unadjusted_action_fraction=_share(len(everyone) - len(acted), len(everyone)),
        symbols=tuple(names), completeness_fraction=completeness,
        gaps=Gaps(missing_bars=missing, symbols_with_gaps=int((completeness < 1).sum()), sessions_without_any_bar=len(empty)),
        evidence={
            "newest_session_age_hours": _rows([("", newest_day)], "the newest session"),
            "newest_session_coverage_fraction": _rows([(name, newest_day) for name in absent], "no clean bar"),
            "calendar_completeness_fraction": _rows([("", str(day)) for day in empty], "no bar of any symbol"),
            "symbols_without_unadjusted_action_fraction": cleaned.actions,
        },
    )  # fmt: skip


def _rows(named: list[tuple[str, str]], value: str) -> tuple[NamedRow, ...]:
    return tuple(NamedRow(symbol=symbol, session=session, value=value) for symbol, session in named)


def _presence(rows: pa.Table, trading: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """True where a symbol has a clean bar, on every session between the first and the last."""
    encoded = rows["symbol"].combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    session = rows["session"].to_numpy().astype("datetime64[D]")
    if not len(session):
        return np.zeros((0, 0), dtype=bool), np.array([], dtype="datetime64[D]"), []
    days = trading[(trading >= session.min()) & (trading <= session.max())]
    present = np.zeros((len(names), len(days)), dtype=bool)
    present[encoded.indices.to_numpy(zero_copy_only=False), np.searchsorted(days, session)] = True
    return present, days, names


def _completeness(present: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per symbol: its first and last session, and the share of the sessions between them that it has."""
    if not present.size:
        return np.zeros(0, dtype=int), np.full(0, -1), np.zeros(0)
    first = present.argmax(axis=1)
    last = present.shape[1] - 1 - present[:, ::-1].argmax(axis=1)
    return first, last, present.sum(axis=1) / (last - first + 1)


def _age_hours(days: np.ndarray, night: Night) -> float:
    """Hours from the close of the newest session to `as_of`."""
    if not len(days):
        return NEVER_HOURS
    newest: dt.date = days[-1].item()
    return (night.as_of - sessions.close_of(night.market.calendar, newest)).total_seconds() / 3600


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
