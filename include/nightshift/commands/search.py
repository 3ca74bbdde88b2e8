"""`tune` and `suite`: searching parameters, and the whole comparison from baseline to best."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import AS_OF, FAMILIES, FAMILY_NAME, JSON, MARKET, QUIET, Budget, budget
from nightshift.commands.command import command
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    from nightshift.nouns.training import Searched, Trial
    from nightshift.storage.night import Night

LOG = logging.getLogger("nightshift")


@command(
    MARKET, AS_OF,
    click.option("--family", type=FAMILY_NAME, metavar="FAMILY", help="one family of the market  [default: its first]"),
    *budget(trials=20), JSON, QUIET,
    gathered={"budget": Budget},
    examples=("nightshift tune --family xgboost --trials 20", "nightshift tune --family lightgbm --strategy random --timeout 10"),
)  # fmt: skip
def tune(market: str, as_of: dt.datetime, family: str | None, budget: Budget) -> Answer:
    """Search the parameters of one family; nothing is trained for release."""
    from nightshift.running.market_check import checked_market
    from nightshift.training import search

    names = checked_market(market).family_names
    chosen = family or names[0]
    choice = chosen if family else f"{chosen}, the first family of {market} ({', '.join(names)}); --family chooses another"
    LOG.info("searching %s", choice)
    night = _night(market, as_of, budget.trials)
    found = search.search(night, chosen, budget.trials, budget.strategy, budget.timeout_minutes)
    folder = _kept(market, found)
    head = [f"best of {choice}", *[f"  {name:20} {value}" for name, value in found.params.items()], ""]
    tail = [*_trials(found.trials), "", f"files  {folder}"] if folder else [f"no trials: {found.study.note}"]
    told = found.model_dump(mode="json")
    return Answer({"family": chosen, "params": told["params"], "folder": folder, **told["study"], "trials": told["trials"]}, [*head, *tail])


@command(
    MARKET, AS_OF, FAMILIES, *budget(trials=100), JSON, QUIET,
    gathered={"budget": Budget},
    examples=("nightshift suite --trials 100", "nightshift suite --families logistic,lightgbm --trials 20 --timeout 5"),
)  # fmt: skip
def suite(market: str, as_of: dt.datetime, families: tuple[str, ...], budget: Budget) -> Answer:
    """Run baseline, quick search, extended search and the best again, and write their comparison page."""
    from nightshift.nouns.options import Options
    from nightshift.nouns.selection_record import Selection
    from nightshift.report.pages.compare import compare
    from nightshift.running import stages
    from nightshift.running import suite as whole
    from nightshift.running.market_check import checked_market

    checked_market(market)
    options = Options(families=families, strategy=budget.strategy or "", timeout_minutes=budget.timeout_minutes)
    done, best = whole.run(market, as_of.isoformat(), options, budget.trials)
    page = compare(market, [night.address for _, night in done], [name for name, _ in done])
    rows = [
        [name, night.read(Selection, "selection").selected, stages.decision(night.address).decision, night.address] for name, night in done
    ]
    lines = [f"best family  {best}", "", *table(rows, ["step", "selected", "verdict", "night"]), "", f"comparison   {page}"]
    return Answer({"best": best, "page": page, "steps": rows}, lines)


def _night(market: str, as_of: dt.datetime, trials: int) -> Night:
    from nightshift.nouns.options import Options
    from nightshift.running import stages
    from nightshift.storage.night import night_of

    opened = stages.extract(market, as_of.isoformat(), Options(trials=trials).model_dump(mode="json"))
    stages.hunt_leaks(stages.columns(stages.check(opened)))
    return night_of(opened)


def _kept(market: str, found: Searched) -> str | None:
    """The folder of the study's files; None where there was nothing to search."""
    from nightshift.training.search import outputs

    if not found.trials:
        return None
    folder = store.path(addresses.study(market, found.study.study))
    outputs.write(market, found.study.study, found.params, folder)
    return str(folder)


def _trials(trials: tuple[Trial, ...]) -> list[str]:
    rows = [[t.number, t.state, "" if t.loss is None else f"{t.loss:.5f}", f"{t.seconds or 0:.1f} s", t.error or ""] for t in trials]
    return table(rows, ["trial", "state", "loss", "took", "why"])
