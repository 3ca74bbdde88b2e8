"""One stretch of sessions: what was realised, beside what the releases that were served in it had promised."""

from __future__ import annotations

import numpy as np

from nightshift.config import Market
from nightshift.nouns.measures import Measure
from nightshift.nouns.release import Release
from nightshift.storage import store
from nightshift.watch.happened import Matured

PREDICTIONS_MIN, SESSIONS_MIN = 20, 3  # fewer matured predictions or sessions are no evidence either way
SESSIONS_A_YEAR = 252
Z_95 = 1.96


def promised(market: Market, version: str) -> dict:
    """What a release measured on its test sessions: accuracy with its lower end, and the net return of one session."""
    where = store.address(market.market, "releases", version)
    test = Release.read(store.path(where)).measures["test"] if store.exists(where) else {}
    hit, annual = (test.get(metric, Measure(None)) for metric in (hit_metric(market), "return_annual_fraction"))
    a_session = (1.0 + annual.value) ** (1.0 / SESSIONS_A_YEAR) - 1.0 if annual.value is not None and annual.value > -1.0 else None
    return {"version": version, "accuracy": hit.value, "low": hit.low, "return_a_session": a_session}


def hit_metric(market: Market) -> str:
    """Which metric says how often a score was on the right side."""
    return "accuracy" if market.label.task == "classification" else "directional_accuracy"


def hits(label: np.ndarray, score: np.ndarray, market: Market) -> float:
    """Share of scores on the right side."""
    from nightshift.proof.evaluation.targets import middle
    from nightshift.proof.metrics import METRICS

    return METRICS[hit_metric(market)].of(label, score, threshold=middle(market.label.task, market.costs))


def window(name: str, part: Matured, market: Market, promises: dict[str, dict]) -> dict:
    """Realised beside promised, or how much evidence is missing."""
    known = part.both
    n_predictions, n_sessions = int(known.sum()), int(known.any(axis=0).sum())
    net, hold = (series[np.isfinite(series)] for series in (part.net_return_fraction, part.hold_return_fraction))
    facts = {
        "name": name, **_ends(part), "versions": list(dict.fromkeys(part.versions)), "sessions": n_sessions,
        "predictions": n_predictions, "said": int(np.isfinite(part.score).sum()),
        "net_return": compound(net), "hold_return": compound(hold), **_promise(part, promises),
    }  # fmt: skip
    if n_predictions < PREDICTIONS_MIN or n_sessions < SESSIONS_MIN:
        lacking = f"{n_predictions} of {PREDICTIONS_MIN}" if n_predictions < PREDICTIONS_MIN else f"{n_sessions} of {SESSIONS_MIN} sessions"
        return {
            **facts, "accuracy": None, "low": None, "high": None, "note": f"not enough matured predictions: {lacking}", "state": "unknown",
        }  # fmt: skip
    accuracy, low, high = realised(part, market)
    return {**facts, "accuracy": accuracy, "low": low, "high": high, "note": "", "state": _state(accuracy, high, facts)}


def realised(part: Matured, market: Market) -> tuple[float, float, float]:
    """(accuracy, low, high): the 95 % interval counts sessions, not rows, because symbols move together."""
    known = part.both
    accuracy = hits(part.label[known], part.score[known], market)
    each = np.array([hits(part.label[k, t], part.score[k, t], market) for t, k in enumerate(known.T) if k.any()])
    rows = known.sum(axis=0)[known.any(axis=0)]
    error = np.sqrt((rows**2 * (each - accuracy) ** 2).sum() * len(each) / max(len(each) - 1, 1)) / rows.sum()
    return accuracy, max(accuracy - Z_95 * error, 0.0), min(accuracy + Z_95 * error, 1.0)


def by_session(part: Matured, market: Market) -> list[dict]:
    """One row a session: how many outcomes are known, how often the scores were right, what followed."""
    rows = []
    for t, session in enumerate(part.sessions):
        known = part.both[:, t]
        rows.append({
            "session": str(session), "version": part.versions[t], "predictions": int(known.sum()),
            "accuracy": hits(part.label[known, t], part.score[known, t], market) if known.any() else None,
            "net_return": part.net_return_fraction[t], "hold_return": part.hold_return_fraction[t],
        })  # fmt: skip
    return rows


def compound(returns: np.ndarray) -> float | None:
    """Compound return, None for no session.

    >>> compound(np.array([0.1, -0.5])), compound(np.array([]))
    (-0.45, None)
    """
    return round(float(np.prod(1.0 + returns) - 1.0), 12) if len(returns) else None


def _promise(part: Matured, promises: dict[str, dict]) -> dict:
    """What was promised for these sessions: accuracies averaged over them, returns compounded."""
    counted = [bool(part.both[:, t].any()) for t in range(len(part.sessions))]
    mine = [promises[version] for version, counts in zip(part.versions, counted, strict=True) if counts]
    told = [p for p in mine if p["accuracy"] is not None and p["low"] is not None]
    complete = bool(mine) and len(told) == len(mine)
    paid = [promises[v]["return_a_session"] for v, r in zip(part.versions, part.net_return_fraction, strict=True) if np.isfinite(r)]
    return {
        "promised_accuracy": float(np.mean([p["accuracy"] for p in told])) if complete else None,
        "promised_low": float(np.mean([p["low"] for p in told])) if complete else None,
        "promised_return": None if None in paid else compound(np.array(paid, dtype=float)),
    }


def _ends(part: Matured) -> dict:
    spoken = [str(session) for session in part.sessions]
    return {"first": spoken[0], "last": spoken[-1]} if spoken else {"first": "", "last": ""}


def _state(accuracy: float, high: float, facts: dict) -> str:
    """Below: the promise lies above the realised interval, and the realised value below the promised one."""
    if facts["promised_accuracy"] is None:
        return "not_below"
    return "below" if high < facts["promised_accuracy"] and accuracy < facts["promised_low"] else "not_below"
