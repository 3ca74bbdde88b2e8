"""One function per stage: short strings in, an address out. What the DAGs, the CLI and the children all call.

A stage reads what earlier stages sealed and writes one folder, whole or not at all; a stage whose folder is
already there returns its address at once. Rooms are imported inside, so that importing this file costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift import sessions
from nightshift.config import load_market, validated
from nightshift.errors import TrainingFailed
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.options import Options
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.training import SearchRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.running.market_check import checked_market
from nightshift.running.stopping import declined, kept_out, leaving_a_page
from nightshift.storage import addresses, store
from nightshift.storage.night import night_of, open_night, timed

if TYPE_CHECKING:
    from nightshift.release import Retracted
    from nightshift.release.versions import Part


@timed
def preflight(market: str, as_of: str) -> None:
    """Is the market's file sound, and does its calendar know this instant? Also finishes what a killed promotion left half done.

    A policy that the assay found out of bounds is refused here, before anything is read.
    """
    from nightshift import release, tracking
    from nightshift.gates.assayed import refuse_out_of_bounds

    chosen = checked_market(market)
    store.sweep(chosen.market)
    release.repair(chosen.market)
    tracking.follow(chosen.market)
    refuse_out_of_bounds(chosen)
    sessions.last_closed(chosen.calendar, sessions.utc(as_of))  # an instant before the calendar begins is refused here


@timed
def extract(market: str, as_of: str, options: dict | None = None, full: bool = True) -> str:
    """Source → snapshot: what was known at `as_of`, content-addressed; opens the night and returns its address."""
    from nightshift.data import snapshot

    chosen, asked = load_market(market), validated(Options, options or {}, "the night's options")
    taken = snapshot.take(chosen, sessions.utc(as_of), asked.symbols, full=full)
    return open_night(chosen, sessions.utc(as_of), taken, asked)


@timed
def listen(opened: str) -> str:
    """Is there a bar that no judged night had? Without one the night rests on the last answer: no training, no look at the evidence."""
    from nightshift import gates

    night = night_of(opened)
    return store.write(night.stage("news"), gates.listen(night).write)


@timed
def check(opened: str) -> str:
    """Snapshot → clean bars, with an account of every row dropped or repaired; bad data stops the night here."""
    from nightshift.data import quality

    night = night_of(opened)
    where = store.write(night.stage("check"), lambda folder: quality.check(night, folder))
    with leaving_a_page(night, "check"):
        quality.refuse_unless_passed(night, where)
    return where


@timed
def columns(checked: str) -> str:
    """Clean bars → columns, labels and splits in the column store."""
    from nightshift.data import columns

    night = night_of(checked)
    kept = columns.store_panel(night)
    return store.write(night.stage("columns"), ColumnsRecord(store=kept).write)


@timed
def hunt_leaks(kept: str) -> str:
    """Other futures are tried on all that is made from bars: a night whose past knew the future stops here, before training.

    So does one whose columns changed since the champion learned, unless the market file accepts them by name.
    """
    from nightshift.data import column_contract
    from nightshift.proof import sentinel

    night = night_of(kept)
    with leaving_a_page(night, "leak_hunt"):
        column_contract.refuse_unless_accepted(night)
        where = store.write(night.stage("leak_hunt"), lambda folder: sentinel.hunt(night, folder))
        sentinel.refuse_unless_clean(night)
    return where


@timed
def search(kept: str, family: str, worker: int) -> str:
    """One of several workers on a family's shared study; `train` then takes the best that all of them found."""
    from nightshift.training import search

    night = night_of(kept)

    def fill(folder: Path) -> None:
        try:
            found = search.search(night, family, night.trials)
            SearchRecord(study=found.study.study, failed=None).write(folder)
        except TrainingFailed as failure:  # `train` will meet the same and put the family out tonight
            SearchRecord(study=None, failed=str(failure)).write(folder)

    return store.write(night.stage("search", f"{family}-{worker}"), fill)


@timed
def train(kept: str, family: str) -> str:
    """Column store → one fitted family with its scores; a family that cannot be fitted is out tonight, and says why."""
    from nightshift.training import fit

    night = night_of(kept)

    def fill(folder: Path) -> None:
        try:
            fit.train(night, family, folder)
        except TrainingFailed as failure:
            fit.record_failure(night, family, failure, folder)

    return store.write(night.stage("models", family), fill)


@timed
def score_yardsticks(kept: str) -> str:
    """What the challengers are measured against, asked about tonight's rows: the champion and the rules that learn nothing."""
    from nightshift import release

    night = night_of(kept)
    return store.write(night.stage("yardsticks"), lambda folder: release.score_yardsticks(night, folder))


@timed
def evaluate(kept: str, models: Sequence[str], yardsticks: str) -> str:
    """Fitted families, the champion and the naive rules, measured on the same sessions."""
    from nightshift.proof import evaluation

    night = night_of(kept)
    return store.write(night.stage("evaluation"), lambda folder: evaluation.evaluate(night, tuple(models), yardsticks, folder))


@timed
def select(evaluated: str) -> str:
    """The night's challenger: the best composite score on validation rows."""
    from nightshift.proof import evaluation

    night = night_of(evaluated)
    return store.write(night.stage("selection"), lambda folder: evaluation.select(night).write(folder))


@timed
def examine(selected: str) -> str:
    """What is asked of the challenger beyond its measures: overfitting, robustness, importance, drift, capacity, slices."""
    from nightshift.proof import examination

    night = night_of(selected)
    leader, models = night.read(Selection, "selection").challenger, tuple(night.stage("models", family) for family in night.families)
    return store.write(
        night.stage("examination"), lambda folder: examination.examine(night, models, night.stage("yardsticks"), leader, folder)
    )


@timed
def gate(selected: str) -> str:
    """Challenger against policy → PROMOTE, REJECT or ABSTAIN, with every check's value, limit and reason."""
    from nightshift import gates

    night = night_of(selected)
    return store.write(night.stage("verdict"), lambda folder: gates.judge(night).write(folder))


@timed
def stage(judged: str, force: bool = False) -> str:
    """A challenger that is promoted, or that a person forces → a sealed release folder that nobody serves yet."""
    from nightshift import release

    return release.stage(night_of(judged), force=force)


@timed
def deployment_test(staged: str) -> str:
    """The staged release is loaded in a throw-away process, queried, timed and compared with training."""
    from nightshift import release

    night = night_of(staged)
    return store.write(night.stage("deployment_test"), lambda folder: release.test(night, folder).write(folder))


@timed
def promote(
    tested: str,
    dry_run: bool = False,
    who: str = "gate",
    why: str = "",
    force: bool = False,
    part: Part = "patch",
) -> str:
    """The tested release becomes the champion: ledger first, then pointer, then registry. Never twice for one night.

    An older night's release stays out where a newer one is live, and the night keeps why. A dry run asks the same and writes nothing else.
    Without a `why` the ledger keeps the verdict's headline; to force needs one. `part` of the version is what goes up.
    """
    from nightshift import release, tracking

    night = night_of(tested)
    with kept_out(night):
        reason = why if force else why or decision(night.address).headline
        if dry_run:
            release.ask_promotion(night, who=who, why=reason, force=force, part=part)
        else:
            release.promote(night, who=who, why=reason, force=force, part=part)
            tracking.follow(night.market.market)
    return night.stage("verdict")


def decline(judged: str, who: str, why: str) -> None:
    """A person was asked and did not say yes; the night keeps it, with what releases it after all."""
    from nightshift.report.lines.loud import held_command

    night, held = night_of(judged), decision(judged).held
    market, name = night.market.market, addresses.name_of(night.address)
    declined(night, who, why, held_command(market, name) if held else f"nightshift promote --market {market} --night {name}")


@timed
def signals(listened: str, dry_run: bool = False) -> str:
    """What is served answers for the next session: after a promotion, a refusal, or a night that rests on an earlier answer.

    A night without a served model says so.
    """
    from nightshift import release

    night = night_of(listened)
    where = release.issue(night, dry_run=dry_run)
    release.publish(night.market)
    return where


@timed
def report(judged: str) -> str:
    """Everything the night found, as one HTML file that works offline, and the same as JSON; logged to MLflow."""
    from nightshift import report as page
    from nightshift import tracking

    night = night_of(judged)
    where = page.make(night)
    tracking.track(night)
    return where


def has_news(listened: str) -> bool:
    """True when the night that an address belongs to is to be worked through."""
    return night_of(listened).read(NewsRecord, "news").has_news


def decision(where: str) -> Verdict:
    """The verdict of the night that an address belongs to."""
    return night_of(where).read(Verdict, "verdict")


def kept_out_of(where: str) -> str:
    """Why the night that an address belongs to did not release what passed every gate; empty where it did, or nothing passed."""
    from nightshift.report.lines.loud import kept_out

    return kept_out(night_of(where))


def weekly(market: str, as_of: str) -> str:
    """What the served models predicted against what happened, with a report."""
    from nightshift import watch

    return watch.weekly(load_market(market), sessions.utc(as_of))


def gate_assay(market: str, as_of: str, sequences: int, nights: int) -> str:
    """How often the market's policy is wrong; the page that says so. A policy out of bounds is an error that names the case."""
    from nightshift.gates.assayed import refused
    from nightshift.report.pages.assay_page import draw
    from nightshift.running.assay.assay_market import assay
    from nightshift.running.assay.evidence_level import Size

    record = assay(load_market(market), sessions.utc(as_of).date(), Size(sequences, nights))
    where = draw(record)
    if not record.in_bounds:
        raise refused(record)
    return where


def replay(market: str, as_of: str) -> str:
    """A past night, drawn by lot, made again and compared byte for byte; what differs by more than it may is an error that says what.

    The address of the record; empty where no night was judged by this code yet.
    """
    from nightshift.running import replay as past

    when = sessions.utc(as_of)
    night = past.drawn(market, when.date())
    if night is None:
        return ""
    where = past.replay(night, when)
    past.refuse_unless_it_holds(where)
    return where


def rollback(market: str, to: str = "previous", who: str = "", why: str = "") -> LedgerEntry:
    """Serve the previous or a named version again: a new ledger entry, never an edit."""
    from nightshift import release, tracking

    entry = release.rollback(load_market(market), to=to, who=who, why=why)
    tracking.follow(market)
    release.publish(load_market(market))  # what the version that goes said is marked as withdrawn
    return entry


def retract(market: str, version: str, who: str = "", why: str = "") -> Retracted:
    """A version never serves again; where it is live, the one before it is served by the same write."""
    from nightshift import release, tracking

    chosen = load_market(market)
    try:
        done = release.retract(chosen, version, who, why)
    finally:
        release.publish(chosen)  # whatever else fails, nobody goes on acting on what it said
    tracking.follow(market)
    return done


def ingest(market: str, as_of: str, uri: str, start: str | None = None) -> dict[str, int]:
    """The market's bars into MongoDB by idempotent upserts; counts new, changed and unchanged."""
    from nightshift.data import sources

    first = dt.date.fromisoformat(start) if start else None
    return sources.ingest_into(load_market(market), sessions.utc(as_of), uri, first)
