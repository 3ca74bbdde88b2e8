"""The night's families as mapped tasks, each named for its family; search workers before them where the market wants several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nightshift.config import Market
from nightshift.running import stages
from wiring.steps import heavy

_NAMED = "{{ task.op_kwargs['family'] }}"
_AFTER_A_NIGHT_BEGAN = "none_failed_min_one_success"  # a family that was not asked for is skipped; a night at rest trains none


def trained(market: Market, kept: Any) -> Any:
    """The fitted families; with several search workers, each begins once all of them are done."""
    families = list(market.family_names)
    train = heavy(stages.train, market, trigger_rule=_AFTER_A_NIGHT_BEGAN, map_index_template=_NAMED, pre_execute=only_if_asked)
    models = train.partial(kept=kept).expand(family=families)
    if market.search.workers > 1:
        workers = [{"family": family, "worker": number} for family in families for number in range(market.search.workers)]
        search = heavy(stages.search, market, map_index_template=_NAMED, pre_execute=only_if_searched)
        search.partial(kept=kept).expand_kwargs(workers) >> models
    return models


def only_if_asked(context: Mapping[str, Any]) -> None:
    """Tonight's form may name some of the market's families."""
    _skip_unless(_asked(context)[1], "tonight's run asked for other families")


def only_if_searched(context: Mapping[str, Any]) -> None:
    """Without trials there is nothing to search."""
    trials, is_asked = _asked(context)
    _skip_unless(is_asked and trials > 0, "nothing is searched tonight")


def _asked(context: Mapping[str, Any]) -> tuple[int, bool]:
    from nightshift.storage.night import night_of

    arguments = context["task"].op_kwargs
    night = night_of(arguments["kept"])
    return night.trials or 0, arguments["family"] in night.families


def _skip_unless(wanted: bool, why: str) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    if not wanted:
        raise AirflowSkipException(why)
