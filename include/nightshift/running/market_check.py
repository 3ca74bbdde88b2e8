"""Do the names in a market file exist? Asked by preflight, `doctor`, the command line and the page of broken markets."""

from __future__ import annotations

from nightshift import sessions
from nightshift.config import Market, known, load_market, markets_folder, validated
from nightshift.errors import ConfigError


def checked_market(name: str) -> Market:
    """The market's file, its shape and every name in it checked: calendar, source, families, search, columns, metrics, comparisons."""
    market = load_market(name)
    check_names(market, str(markets_folder() / f"{name}.yaml"))
    return market


def check_names(market: Market, where: str) -> None:
    """Raise one `ConfigError` for the first name that nothing here answers to."""
    from nightshift import gates
    from nightshift.data import columns
    from nightshift.training.search.strategies import STRATEGIES

    sessions.check_calendar(market.calendar)
    _check_source(market, where)
    _check_families(market, where)
    _check_limits(market)
    known("search strategy", market.search.strategy, STRATEGIES)
    if not columns.chosen(market.columns):
        raise ConfigError(
            expected=f"a column that needs no volumes among `columns` in {where}", found=", ".join(market.columns),
            next_step="name others, such as returns or trend: `volume: none` under `source:` leaves out those of volumes",
        )  # fmt: skip
    gates.check_policy(market.gates, market.label.task)


def _check_source(market: Market, where: str) -> None:
    from nightshift.data.sources import SOURCES

    kind = known("source", market.source["kind"], SOURCES)
    validated(SOURCES[kind].Params, {k: v for k, v in market.source.items() if k != "kind"}, f"{where} under `source`")


def _check_limits(market: Market) -> None:
    from nightshift.data.reasons import reason_of

    for name in market.quality.limits:
        reason = reason_of(name)
        if reason.limited_by:
            raise ConfigError(
                expected=f"a limit of {name} in `{reason.limited_by}`", found="one in `quality.limits`",
                next_step=f"set `{reason.limited_by}`: it is the share of symbols {reason.words} that is limited",
            )  # fmt: skip


def _check_families(market: Market, where: str) -> None:
    from nightshift.models import FAMILIES

    for choice in market.families:
        family = FAMILIES[known("family", choice.name, FAMILIES)]
        validated(family.Params, choice.params, f"{where} under `families.{choice.name}.params`")
        if market.label.task not in family.tasks:
            raise ConfigError(
                expected=f"families for {market.label.task} in {where}",
                found=f"{choice.name}, which is for {', '.join(sorted(family.tasks))}",
                next_step="choose another family or label",
            )
