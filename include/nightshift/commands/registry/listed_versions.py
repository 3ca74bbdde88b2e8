"""`versions list`: the releases of a market, newest or best first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import LONGEST, Answer, folded, table
from nightshift.commands.asked import JSON, MARKET
from nightshift.commands.command import command
from nightshift.commands.values import Day, Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nightshift.config import Market
    from nightshift.nouns.measures import Measure
    from nightshift.release.registry.candidates import Candidate
    from nightshift.release.registry.registered import Registered

_HEADLINES = 3  # metrics that fit beside the rest


def stages(_: str) -> Iterable[str]:
    """The stages of a version's life."""
    from nightshift.release.registry.serving_stages import STAGES

    return STAGES


def metrics(_: str) -> Iterable[str]:
    """Every metric, and the same of the validation part."""
    from nightshift.proof.metrics import METRICS

    return [*METRICS, *(f"validate.{name}" for name in METRICS)]


@command(
    MARKET,
    click.option("--family", default="", metavar="FAMILY", help="only releases of this family"),
    click.option("--since", type=Day(), help="only releases of this session and later ones"),
    click.option("--stage", type=Known("stage", stages, of_market=False), default=None, metavar="STAGE",
                 help="development, staging, production, deprecated or archived"),
    click.option("--best", type=Known("metric", metrics, of_market=False), default=None, metavar="METRIC",
                 help="the best by this metric first: of the test part, or `validate.METRIC`"),
    JSON,
    examples=(
        "nightshift versions list --market demo",
        "nightshift versions list --best accuracy --family xgboost",
        "nightshift versions list --stage staging          # sealed and tested, served by nobody",
    ),
)  # fmt: skip
def list_versions(market: str, family: str, since: dt.date | None, stage: str | None, best: str | None) -> Answer:
    """List the versions: stage, since when live, data, model, measures, by whom and why.

    Newest first, or the best by a metric; * is live. Versions were measured each on its own night's sessions.
    """
    from nightshift.config import load_market
    from nightshift.release import registry
    from nightshift.report.lines.taken_back import retractions
    from nightshift.storage import ledger

    loaded = load_market(market)
    if stage in {"development", "staging"}:
        return _candidates(tuple(one for one in registry.candidates(market) if one.stage == stage), family, since)
    shown = registry.chosen(registry.versions(market), family, since, stage or "")
    shown = registry.best_first(shown, best) if best else shown
    columns = _headlines(loaded, best)
    back = retractions(ledger.entries(market))
    rows = [_row(version, columns, back) for version in shown]
    lines = table(rows, ["version", "stage", "live since", "session", "family", *columns, "who", "why"])
    damage = [f"{version.version}: {version.damage}" for version in shown if version.damage]
    gone = [f"{version.version} was retracted {back[version.version]}" for version in shown if version.version in back]
    nothing = f"no version of {market}" + (" like this" if family or since or stage else " yet")
    said = [*(line[:LONGEST] for line in lines), *(part for line in gone for part in folded(line, indent=2)), *damage]
    return Answer([_facts(version, columns, back) for version in shown], said if shown else [nothing])


def _headlines(market: Market, best: str | None) -> list[str]:
    """The metrics that the policy asks about, in its order; the one that was asked for first."""
    return list(dict.fromkeys([*([best] if best else []), *(gate.metric for gate in market.gates)]))[:_HEADLINES]


def _row(version: Registered, columns: Sequence[str], back: Mapping[str, str]) -> list[str]:
    entry, live = version.entry, "champion" in version.aliases
    taken = " RETRACTED" if version.version in back else ""
    harm = " DELETED" if version.deleted else " DAMAGED" if version.damage else ""
    since = version.live_since[:16].replace("T", " ")
    numbers = [_shown(_measure(version, column)) for column in columns]
    number = f"{'*' if live else ' '} {version.version}"
    return [number, version.stage + taken + harm, since, entry.session, _family(version), *numbers, entry.who, entry.why]


def _measure(version: Registered, column: str) -> Measure | None:
    part, _, metric = column.rpartition(".")
    return version.measure(metric, part or "test")


def _shown(measure: Measure | None) -> str:
    return "" if measure is None or measure.value is None else f"{measure.value:.4g}"


def _family(version: Registered) -> str:
    return version.release.family if version.release else version.entry.evidence.family


def _facts(version: Registered, columns: Sequence[str], back: Mapping[str, str]) -> dict:
    entry = version.entry
    return {
        "version": version.version, "stage": version.stage, "aliases": version.aliases, "live": "champion" in version.aliases,
        "live_since": version.live_since, "session": entry.session, "family": _family(version), "who": entry.who, "why": entry.why,
        "kind": entry.kind, "night": entry.night, "damage": version.damage, "retracted": back.get(version.version, ""),
        "deleted": version.deleted.model_dump(mode="json") if version.deleted else None,
        "headlines": {column: measure.value if (measure := _measure(version, column)) else None for column in columns},
        "measures": version.release.model_dump(mode="json")["measures"] if version.release else {},
    }  # fmt: skip


def _candidates(found: Sequence[Candidate], family: str, since: dt.date | None) -> Answer:
    """Nights' challengers have no number yet."""
    shown = [one for one in found if (not family or one.family == family) and (since is None or one.session >= str(since))]
    facts = [{"night": one.night, "session": one.session, "family": one.family, "stage": one.stage, "why": one.headline} for one in shown]
    lines = table([list(fact.values()) for fact in facts], ["night", "session", "family", "stage", "why"])
    return Answer(facts, [line[:LONGEST] for line in lines] if facts else ["no challenger is in this stage"])


list_versions.name = "list"
