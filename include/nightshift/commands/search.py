"""`tune` and `suite`: searching parameters, and the whole comparison from baseline to best."""

from __future__ import annotations

import argparse

from nightshift.commands.answers import answer, as_of, table
from nightshift.commands.night import options
from nightshift.config import known
from nightshift.errors import EXIT_SUCCESS
from nightshift.nouns.selection import Selection
from nightshift.running import stages
from nightshift.running.market_check import checked_market
from nightshift.storage import store
from nightshift.storage.night import Options, night_of


def tune(asked: argparse.Namespace) -> int:
    """The best parameters of one family, with the study's files; nothing is trained for release."""
    from nightshift.training import search
    from nightshift.training.search import outputs

    market, when = checked_market(asked.market), as_of(asked)
    family = known("family of this market", asked.family or market.family_names[0], market.family_names)
    opened = stages.extract(market.market, when, Options(trials=asked.trials).as_arguments())
    stages.columns(stages.check(opened))
    night = night_of(opened)
    params, facts = search.search(night, family, asked.trials, asked.strategy, asked.timeout)
    folder = store.path(f"{market.market}/studies/{facts['study']}")
    if facts["trials"]:
        outputs.write(market.market, facts["study"], params, folder)
    rows = [
        [t["number"], t["state"], "" if t["loss"] is None else f"{t['loss']:.5f}", f"{t['seconds'] or 0:.1f} s", t["error"] or ""]
        for t in facts["trials"]
    ]
    lines = [
        f"best of {family}",
        *[f"  {name:20} {value}" for name, value in params.items()],
        "",
        *table(rows, ["trial", "state", "loss", "took", "why"]),
    ]
    answer(asked, {"family": family, "params": params, "folder": str(folder), **facts}, [*lines, "", f"files  {folder}"])
    return EXIT_SUCCESS


def suite(asked: argparse.Namespace) -> int:
    """Baseline, quick search, extended search, the best again, and the page that compares them."""
    from nightshift.report.pages.compare import compare
    from nightshift.running import suite as whole

    market = checked_market(asked.market)
    asked.families = asked.family
    done, best = whole.run(market.market, as_of(asked), options(asked), asked.trials)
    page = compare(market.market, [night.address for _, night in done], [name for name, _ in done])
    rows = [
        [name, night.read(Selection, "selection").selected, stages.decision(night.address).decision, night.address] for name, night in done
    ]
    lines = [f"best family  {best}", "", *table(rows, ["step", "selected", "verdict", "night"]), "", f"comparison   {page}"]
    answer(asked, {"best": best, "page": str(page), "steps": rows}, lines)
    return EXIT_SUCCESS
