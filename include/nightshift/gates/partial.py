"""Is a night's challenger chosen from the whole market and all of its families? If not, in words."""

from __future__ import annotations

from nightshift.config import Market
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.options import Options

_SHOWN = 5


def partial_reason(market: Market, options: Options, evaluation: Evaluation) -> str:
    """Why the night is partial; empty when it is whole."""
    wanted = [name for name in market.family_names if not options.families or name in options.families]
    missing = [name for name in market.family_names if name not in wanted]
    out = [name for name in wanted if name in evaluation.left_out]
    reasons = (
        f"it looked at {len(options.symbols)} symbols only ({_named(options.symbols)})" if options.symbols else "",
        f"it was run without {_named(missing)}" if missing else "",
        f"{_named(out)} could not be judged" if out else "",
    )
    return "; ".join(reason for reason in reasons if reason)


def _named(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
