"""The night's challenger: weights over skill, Sharpe and drawdown, measured on validation rows and never on test rows."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.config import Selection as Weights
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.measures import Measures
from nightshift.nouns.selection_record import Part, Ranked, Selection
from nightshift.proof.metrics.every_metric import METRICS
from nightshift.storage.night import Night

PARTS = {"skill": "skill", "sharpe": "sharpe_annual", "drawdown": "drawdown_max_fraction"}


def select(night: Night) -> Selection:
    """The challenger, and the ranking of all families with the parts of their scores."""
    evaluation = night.read(Evaluation, "evaluation")
    ranking = rank(evaluation.measures["validate"], evaluation.challengers, night.market.selection)
    return Selection(selected=ranking[0].name if ranking else None, ranking=ranking, weights=night.market.selection)


def rank(measures: dict[str, Measures], challengers: Sequence[str], weights: Weights) -> tuple[Ranked, ...]:
    """Challengers from best to worst. Each part is a share of rivals beaten, 0 to 1, so that units do not matter.

    Equal scores are settled by the better skill, then by the simpler family (the order of `FAMILIES`), then by the market's order.

    >>> from nightshift.nouns.measures import Measure
    >>> measures = {"a": {"skill": Measure(0.1)}, "b": {"skill": Measure(0.2)}}
    >>> [row.name for row in rank(measures, ["a", "b"], Weights())]
    ['b', 'a']
    """
    beaten = {part: shares({name: _value(measures, name, metric) for name in challengers}, metric) for part, metric in PARTS.items()}
    total = sum(getattr(weights, part) for part in PARTS) or 1.0
    rows = [
        Ranked(
            name=name,
            score=round(sum(getattr(weights, part) * beaten[part][name] for part in PARTS) / total, 12),
            parts={part: Part(share=beaten[part][name], value=_value(measures, name, metric)) for part, metric in PARTS.items()},
        )
        for name in challengers
    ]
    return tuple(sorted(rows, key=lambda row: (-row.score, -beaten["skill"][row.name], _simplicity(row.name), challengers.index(row.name))))


def shares(values: dict[str, float | None], metric: str) -> dict[str, float]:
    """Share of rivals that each name beats, a tie counting half; a name without a value beats nobody.

    >>> shares({"a": 0.1, "b": 0.3, "c": None}, "drawdown_max_fraction")
    {'a': 1.0, 'b': 0.5, 'c': 0.0}
    """
    sign = 1.0 if METRICS[metric].higher_is_better else -1.0
    signed = {name: float("-inf") if value is None else sign * value for name, value in values.items()}
    rivals = max(len(values) - 1, 1)
    won = {
        name: sum((mine > other) + 0.5 * (mine == other) for rival, other in signed.items() if rival != name)
        for name, mine in signed.items()
    }
    return {name: 0.0 if values[name] is None else (won[name] / rivals if len(values) > 1 else 1.0) for name in values}


def _value(measures: dict[str, Measures], name: str, metric: str) -> float | None:
    found = measures.get(name, {}).get(metric)
    return found.value if found else None


def _simplicity(name: str) -> int:
    from nightshift.models import FAMILIES

    names = list(FAMILIES)
    return names.index(name) if name in names else len(names)
