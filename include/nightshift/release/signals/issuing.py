"""A night's last word: what is served answers for the next session, whatever became of tonight's challenger.

The folder is `<night>/signals/<version>`: a night that is run again after another version went live says what that one says.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nightshift.errors import Damaged, NightshiftError
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.release import DeploymentTest
from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import Recheck, SignalsRecord
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.release.champion import champion, learned_until
from nightshift.release.deployment import asked
from nightshift.release.signals import giving, issued
from nightshift.release.signals.expiry import expires_at, for_session
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night, night_of


def issue(night: Night, *, dry_run: bool = False) -> str:
    """The address of the night's signals by what is served now; without a served model, or where it fails, they say why there are none."""
    live = ledger.live(night.market.market)
    partial = bool(live and night.options.symbols)
    name = (live.version if live else "none") + (issued.PARTIAL if partial else "") + (issued.DRY_RUN if dry_run else "")
    where = night.stage(issued.STAGE, name)
    if store.exists(where):
        return where
    said, facts = None, {**_nobody(night), **_served(live), "dry_run": dry_run}
    if partial:  # columns that compare symbols would be others, and so would the weights
        facts["why_none"] = f"a night on part of the symbols ({len(night.options.symbols)}) says nothing of the whole market"
    with tempfile.TemporaryDirectory(prefix="nightshift-") as place:
        try:
            if live and not partial:
                said, more = _answered(night, live, Path(place))
                facts |= more
        except NightshiftError as failure:  # the night is green, what was given before expires, and a rerun asks again
            where = night.stage(issued.STAGE, f"{name}{issued.FAILED}-{len(issued.of_night(night.address))}")
            facts |= {"why_none": str(failure)}
    record = _record(night, said, facts)
    return store.write(where, lambda folder: giving.write(record, said, folder))


def _answered(night: Night, live: LedgerEntry, place: Path) -> tuple[Signals | None, dict[str, Any]]:
    """What the served release says, and what is known of it; where it was tested tonight, it was asked then."""
    checked, served = _with_bars(night), champion(live.market)
    assert served is not None  # the ledger has an entry
    earlier = issued.last_time(night, SnapshotRecord.read(store.path(checked.snapshot)).last_session)
    source, recheck = _tested_tonight(night, live), None
    if source is None or earlier is not None:
        source, recheck = place, _asked(live.release, checked.address, place, earlier)
    facts = {"learned_until": learned_until(served), "family": served.release.family, "task": served.release.task}
    tested = _test_of(live)
    return Signals.read(source), {
        **facts, "bars": checked.address, "recheck": recheck, "tested": tested.live if tested else None, "why_none": "",
    }  # fmt: skip


def _asked(release: str, night: str, place: Path, earlier: issued.Issued | None) -> Recheck | None:
    """Let a throw-away process answer into `place`; what was given last time cannot take tonight's away."""
    arguments = {"release": release, "night": night, "out": str(place)}
    try:
        told = asked("signals.throwaway:signals", {**arguments, "earlier": earlier.address if earlier else ""})["recheck"]
    except NightshiftError:
        if earlier is None:
            raise
        told = asked("signals.throwaway:signals", {**arguments, "earlier": ""})["recheck"]
    return Recheck.model_validate(told) if told else None


def _with_bars(night: Night) -> Night:
    """The night whose checked bars are tonight's: itself, or the one that a night without news rests on."""
    if store.exists(night.stage("check")):
        return night
    earlier = night_of(night.read(NewsRecord, "news").rests_on)
    if store.exists(earlier.stage("check")):
        return earlier
    raise Damaged(expected=f"the checked bars of {earlier.address}", found="none", next_step="nightshift run --force WHY checks them again")


def _tested_tonight(night: Night, live: LedgerEntry) -> Path | None:
    """The folder of tonight's deployment test, where it tested what is live now."""
    where = night.stage("deployment_test")
    if live.night != night.address or not store.exists(where):
        return None
    return store.open_folder(where) if (store.path(where) / Signals.FILE).is_file() else None


def _test_of(live: LedgerEntry) -> DeploymentTest | None:
    """The deployment test by which the live release came in; None where its night was cleaned away."""
    where = addresses.stage(live.night, "deployment_test")
    return DeploymentTest.read(store.path(where)) if store.exists(where) else None


def _nobody(night: Night) -> dict[str, Any]:
    market = night.market
    return {
        "version": None, "why_none": f"no model of {market.market} is served yet", "release": "", "family": "", "served_since": "",
        "learned_until": None, "task": market.label.task, "bars": "", "tested": None, "recheck": None,
    }  # fmt: skip


def _served(live: LedgerEntry | None) -> dict[str, Any]:
    return {"version": live.version, "release": live.release, "family": live.evidence.family, "served_since": live.at} if live else {}


def _record(night: Night, said: Signals | None, facts: dict[str, Any]) -> SignalsRecord:
    market, costs = night.market, night.market.costs
    session = said.session if said else SnapshotRecord.read(store.path(night.snapshot)).last_session
    return SignalsRecord(
        market=market.market,
        night=night.address,
        as_of=night.as_of,
        session=session,
        for_session=for_session(market, session),
        expires_at=expires_at(market, session),
        horizon_sessions=market.label.horizon_sessions,
        strategy=giving.strategy(costs, facts["task"]),
        currency=costs.currency,
        capital=costs.initial_capital,
        counts=giving.counts(said, costs.initial_capital) if said else None,
        **facts,
    )
