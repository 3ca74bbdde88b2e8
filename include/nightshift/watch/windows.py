"""One stretch of sessions: what was realised, beside what the releases that were served in it had promised."""

from __future__ import annotations

import numpy as np

from nightshift.config import Market
from nightshift.nouns.measures import Measure
from nightshift.nouns.release import Release
from nightshift.nouns.week_record import Promise, Realised, SessionRow, State
from nightshift.storage import addresses, store
from nightshift.watch.happened import Matured

PREDICTIONS_MIN, SESSIONS_MIN = 20, 3  # fewer matured predictions or sessions are no evidence either way
Z_95 = 1.96
NOTHING = Measure(None)  # of a metric that a release did not measure


def promised(market: Market, version: str) -> Promise:
    """What a release measured on its test sessions: accuracy with its lower end, and the net return of one session."""
    where = addresses.release(market.market, version)
    test = Release.read(store.path(where)).measures["test"] if store.exists(where) else {}
    hit, annual = (test.get(name, NOTHING) for name in (hit_metric(market), "return_annual_fraction"))
    a_session = None if annual.value is None or annual.value <= -1.0 else (1.0 + annual.value) ** (1.0 / market.sessions_a_year) - 1.0
    return Promise(version=version, accuracy=hit.value, low=hit.low, return_a_session=a_session)


def hit_metric(market: Market) -> str:
    """Which metric says how often a score was on the right side."""
    return "accuracy" if market.label.task == "classification" else "directional_accuracy"


def hits(label: np.ndarray, score: np.ndarray, market: Market) -> float:
    """Share of scores on the right side."""
    from nightshift.proof.evaluation.targets import middle
    from nightshift.proof.metrics import METRICS

    return METRICS[hit_metric(market)].of(label, score, threshold=middle(market.label.task, market.costs))


def window(name: str, part: Matured, market: Market, promises: dict[str, Promise]) -> Realised:
    """Realised beside promised, or how much evidence is missing."""
    known = part.both
    n_predictions, n_sessions = int(known.sum()), int(known.any(axis=0).sum())
    net, hold = (series[np.isfinite(series)] for series in (part.net_return_fraction, part.hold_return_fraction))
    ends = [str(session) for session in part.sessions] or [""]
    bare = Realised(
        name=name, first=ends[0], last=ends[-1], versions=tuple(dict.fromkeys(part.versions)), sessions=n_sessions,
        predictions=n_predictions, said=int(np.isfinite(part.score).sum()), state="unknown",
        net_return=compound(net), hold_return=compound(hold), **_promise(part, promises),
    )  # fmt: skip
    if n_predictions < PREDICTIONS_MIN or n_sessions < SESSIONS_MIN:
        lacking = f"{n_predictions} of {PREDICTIONS_MIN}" if n_predictions < PREDICTIONS_MIN else f"{n_sessions} of {SESSIONS_MIN} sessions"
        return bare.model_copy(update={"note": f"not enough matured predictions: {lacking}"})
    accuracy, low, high = realised(part, market)
    return bare.model_copy(update={"accuracy": accuracy, "low": low, "high": high, "state": _state(accuracy, high, bare)})


def realised(part: Matured, market: Market) -> tuple[float, float, float]:
    """(accuracy, low, high): the 95 % interval counts sessions, not rows, because symbols move together."""
    known = part.both
    accuracy = hits(part.label[known], part.score[known], market)
    each = np.array([hits(part.label[k, t], part.score[k, t], market) for t, k in enumerate(known.T) if k.any()])
    rows = known.sum(axis=0)[known.any(axis=0)]
    error = np.sqrt((rows**2 * (each - accuracy) ** 2).sum() * len(each) / max(len(each) - 1, 1)) / rows.sum()
    return accuracy, max(accuracy - Z_95 * error, 0.0), min(accuracy + Z_95 * error, 1.0)


def by_session(part: Matured, market: Market) -> list[SessionRow]:
    """One row a session: how many outcomes are known, how often the scores were right, what followed."""
    rows = []
    for t, session in enumerate(part.sessions):
        known = part.both[:, t]
        accuracy = hits(part.label[known, t], part.score[known, t], market) if known.any() else None
        rows.append(SessionRow(
            session=str(session), version=part.versions[t], predictions=int(known.sum()), accuracy=accuracy,
            net_return=part.net_return_fraction[t], hold_return=part.hold_return_fraction[t],
        ))  # fmt: skip
    return rows


def compound(returns: np.ndarray) -> float | None:
    """Compound return, None for no session.

    >>> compound(np.array([0.1, -0.5])), compound(np.array([]))
    (-0.45, None)
    """
    return round(float(np.prod(1.0 + returns) - 1.0), 12) if len(returns) else None


def _promise(part: Matured, promises: dict[str, Promise]) -> dict[str, float | None]:
    """What was promised for these sessions: accuracies averaged over them, returns compounded."""
    counted = [bool(part.both[:, t].any()) for t in range(len(part.sessions))]
    mine = [promises[version] for version, counts in zip(part.versions, counted, strict=True) if counts]
    accuracies, lows = [p.accuracy for p in mine if p.accuracy is not None], [p.low for p in mine if p.low is not None]
    complete = bool(mine) and len(accuracies) == len(lows) == len(mine)
    paid = [promises[v].return_a_session for v, r in zip(part.versions, part.net_return_fraction, strict=True) if np.isfinite(r)]
    return {
        "promised_accuracy": float(np.mean(accuracies)) if complete else None,
        "promised_low": float(np.mean(lows)) if complete else None,
        "promised_return": None if None in paid else compound(np.array(paid, dtype=float)),
    }


def _state(accuracy: float, high: float, against: Realised) -> State:
    """Below: the promise lies above the realised interval, and the realised value below the promised one."""
    if against.promised_accuracy is None or against.promised_low is None:
        return "not_below"
    return "below" if high < against.promised_accuracy and accuracy < against.promised_low else "not_below"
