"""What was and is served, told for people: the CLI, the report and the control room read these facts."""

from __future__ import annotations

from nightshift.errors import NightshiftError
from nightshift.release.champion import champion
from nightshift.release.rollbacks import previous_version
from nightshift.storage import ledger

_TOLD = ("at", "kind", "version", "previous_version", "session", "who", "why", "night", "release")


def history(market: str) -> list[dict]:
    """Every change of what was served, oldest first: when, what, which version over which, by whom, why."""
    return [{name: entry[name] for name in _TOLD} for entry in ledger.entries(market)]


def status(market: str) -> dict:
    """What is served now: `version` (None: nothing yet), `family`, `session`, `since`, `who`, `why`, `previous`, `damaged`."""
    live = ledger.live(market)
    facts = {"market": market, "version": None, "family": None, "session": None, "since": None, "who": None, "why": None}
    if live is None:
        return facts | {"previous": None, "damaged": None}
    told = {"version": live["version"], "family": live["evidence"].get("family"), "session": live["session"], "since": live["at"]}
    return facts | told | {"who": live["who"], "why": live["why"], "previous": previous_version(market), "damaged": _damage(market)}


def _damage(market: str) -> str | None:
    try:
        champion(market)
    except NightshiftError as failure:
        return str(failure)
    return None
