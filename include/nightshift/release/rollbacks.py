"""Serving an earlier version again: a new ledger entry, never an edit.

`previous` is the last version before the live one that differs from it, so that two rollbacks in a row lead there and back.
Naming the version that is already live, or asking again after a kill, finishes what is unfinished and writes no entry; a caller
that may be repeated from outside (a task that is retried) gives `at`, and two requests with one `at` are one.
"""

from __future__ import annotations

import datetime as dt

from nightshift.config import Market, known
from nightshift.errors import NightshiftError, ReleaseRefused
from nightshift.release import settling
from nightshift.release.deployment import asked
from nightshift.storage import ledger, store


def rollback(market: Market, to: str = "previous", who: str = "", why: str = "", *, at: dt.datetime | None = None) -> dict:
    """The market's facts after serving `to` again: `market`, `version`, `from`, `at`; a missing or damaged target changes nothing."""
    name = market.market
    live = _live(name)
    if to == live["version"] or (to == "previous" and live["kind"] == "rollback" and _same_request(name, live, at)):
        settling.settle(name)
        return {"market": name, "version": live["version"], "from": live["previous_version"], "at": live["at"]}
    target = _target(name, live, to)
    _refuse_unless_whole(target)
    entry = _entry(target, who, why, at or dt.datetime.now(dt.UTC))
    written = ledger.append(entry, expected_live=live["version"])
    settling.settle(name)
    return {"market": name, "version": written["version"], "from": live["version"], "at": written["at"]}


def would_serve(market: str, to: str = "previous") -> str:
    """The version that a rollback to `to` would serve; refused as the rollback itself would be."""
    return _target(market, _live(market), to)["version"]


def previous_version(market: str) -> str | None:
    """The version that `previous` means now, or None."""
    served = [entry["version"] for entry in ledger.entries(market) if entry["kind"] in ledger.LIVE_KINDS]
    return next((version for version in reversed(served) if version != served[-1]), None)


def _same_request(name: str, live: dict, at: dt.datetime | None) -> bool:
    """True when the last rollback was asked for at this very instant, or reached the ledger but not the pointer: this is its repetition."""
    asked_then = at is not None and at == dt.datetime.fromisoformat(live["at"])
    return asked_then or store.pointed(settling.serving(name)) != live["release"]


def _live(name: str) -> dict:
    live = ledger.live(name)
    if live is None:
        raise ReleaseRefused(expected=f"a released version of {name}", found="none yet", next_step=f"nightshift run --market {name}")
    return live


def _target(name: str, live: dict, to: str) -> dict:
    released = {entry["version"]: entry for entry in ledger.entries(name) if entry["kind"] in {"promote", "force"}}
    wanted = previous_version(name) if to == "previous" else to
    if wanted is None:
        raise ReleaseRefused(
            expected=f"a version of {name} before {live['version']}", found="none: it is the first", next_step="nightshift history"
        )
    return released[known(f"version of {name}", wanted, released)]


def _refuse_unless_whole(target: dict) -> None:
    try:
        store.open_folder(target["release"])
        compared = asked("first_load", {"release": target["release"]})
    except NightshiftError as failure:
        raise ReleaseRefused(
            expected=f"version {target['version']} whole and able to answer",
            found=failure.found,
            next_step="what is served stays; choose another version (nightshift history), or restore the folder from a copy",
        ) from failure
    if not compared["equal"]:
        raise ReleaseRefused(
            expected=f"version {target['version']} to answer as in training",
            found=f"a difference of {compared['largest_difference']} on its sample",
            next_step="what is served stays; choose another version (nightshift history)",
        )


def _entry(target: dict, who: str, why: str, at: dt.datetime) -> ledger.Entry:
    kept = ("market", "version", "release", "night", "session", "as_of")
    facts = {name: target[name] for name in kept}
    return ledger.Entry(**facts, kind="rollback", who=who or "unnamed", why=why, at=at, evidence=target["evidence"])
