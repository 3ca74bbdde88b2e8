"""Nights that are ready to be promoted, made by hand: what promotion reads, without the hours that lead to it."""

import datetime as dt
from pathlib import Path

from nightshift.config import FamilyChoice, Market
from nightshift.nouns.evaluation_record import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.look import Look, LookEntry
from nightshift.nouns.measures import Measure
from nightshift.nouns.options import Options
from nightshift.nouns.release import DeploymentTest, FirstLoad, Release, ReleaseColumns
from nightshift.nouns.verdict_record import Verdict
from nightshift.release.registry import changelog, made_of
from nightshift.storage import ledger, store
from nightshift.storage.night import Night, night_of, open_night

NAME = "handmade"
KEPT = Path(__file__).parents[1] / "nouns" / "kept"
AT = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)


def market(name: str = NAME) -> Market:
    return Market(market=name, title="Made by hand", calendar="XNYS", source={"kind": "simulated"}, families=(FamilyChoice(name="ridge"),))


def night(
    day: str = "2026-11-19",
    *,
    decision: str = "PROMOTE",
    challenger: str | None = "ridge",
    name: str = NAME,
    snapshot: str = "handmade/snapshots/abc",
    **told,
) -> Night:
    """A night with its verdict; its staged release, of what is told, and deployment test too when it is a PROMOTE."""
    opened = night_of(open_night(market(name), dt.datetime.fromisoformat(f"{day}T22:00+00:00"), snapshot, Options()))
    verdict = Verdict(
        decision=decision, headline="ridge passes all 1 checks", challenger=challenger, champion_version=None, champion_judged=False
    )
    store.write(opened.stage("verdict"), verdict.write)
    if decision == "PROMOTE":
        tested(opened, **told)
    return opened


def tested(opened: Night, **told) -> None:
    live = ledger.live(opened.market.market)
    staged = store.write(opened.stage("staged"), lambda folder: _release(opened, live and live.version, folder, told))
    manifest = store.sha256_of(store.path(staged) / store.SEAL)
    answered = DeploymentTest.of_facts(store.read_json(KEPT / "DeploymentTest.json"), KEPT)
    passed = answered.model_copy(update={"staged": staged, "manifest_sha256": manifest})
    store.write(opened.stage("deployment_test"), passed.write)


def whole(release: str) -> FirstLoad:
    """What a whole release answers in a throw-away process."""
    return FirstLoad(load_seconds=0.01, rows=500, equal=True, bit_equal_rows=500, largest_difference=0.0)


def evaluation(of: dict[str, dict[str, Measure]], **more) -> Evaluation:
    """The same measures of these names on both parts, and nobody else there."""
    told = {
        "task": "classification",
        "sessions": dict.fromkeys(PARTS, Span(first="2026-01-02", last="2026-06-30", sessions=60)),
        "challengers": tuple(of), "champion": None, "champion_version": None, "naive": (), "benchmarks": (), "left_out": {},
        "rows": dict.fromkeys(PARTS, 600),
        "intervals": dict.fromkeys(PARTS, Intervals(method="stationary bootstrap of sessions", level=0.95, replicas=0, block_sessions=1.0)),
        "measures": dict.fromkeys(PARTS, of),
    }  # fmt: skip
    return Evaluation(**(told | more))


def look(**told) -> Look:
    """A look that found too little to decide, but for what is told."""
    facts = {
        "recipe": "9f2c", "opponent": "1.0.0", "period_from": "2026-10-01", "sessions": ("2026-11-18", "2026-11-19"),
        "net_returns": {"challenger": (0.0012, -0.0031), "champion": (0.0009, 0.1 + 0.2)}, "n_sessions": 34, "horizon_sessions": 250,
        "lead_annual": 1.25, "z": 0.71, "bound": 4.1, "spent_fraction": 0.0003, "trials": 24, "reused_sessions": 120,
        "decision": "ABSTAIN", "headline": "not enough evidence yet", "partial": "", "forced": "",
    }  # fmt: skip
    return Look(**(facts | told))


def looked(session: str = "2026-11-19", market: str = NAME, at: dt.datetime = AT, who: str = "gate", **told) -> LookEntry:
    """The look of a session's night, written into the ledger."""
    night, as_of = f"{market}/nights/{session}-0a1b2c3d", f"{session}T22:00:00+00:00"
    return ledger.record_look(look(**told), market=market, night=night, session=session, as_of=as_of, who=who, at=at)


def facts(opened: Night, stage: str, told: dict) -> None:
    store.write(opened.stage(stage), lambda folder: store.write_json(folder / f"{stage}.json", told))


def _release(opened: Night, parent, folder, changed: dict) -> None:
    told = {
        "market": opened.market.market,
        "night": opened.address,
        "family": "ridge",
        "parent": parent,
        "snapshot": opened.snapshot,
        "session": str(opened.session),
        "as_of": opened.as_of.isoformat(),
        "params": {"alpha": 1.0},
        "libraries": {},
        "code": "c0de",
        "measures": {"validate": {}, "test": {}},
        "model_bytes": 12,
    } | {name: fact for name, fact in changed.items() if name != "columns"}
    Release(**(dict(Release.of_facts(store.read_json(KEPT / "Release.json"), KEPT)) | told)).write(folder)
    names = changed.get("columns", ("rsi_14",))
    ReleaseColumns(names=names, warmup_sessions=dict.fromkeys(names, 14)).write(folder)
    changelog(made_of(folder), parent).write(folder)
    store.write_json(folder / "model" / "model.json", {"coefficients": [float(opened.session.day)]})
    (folder / "model" / "trees.txt").write_text(f"trees of {opened.session}\n" * 50)
