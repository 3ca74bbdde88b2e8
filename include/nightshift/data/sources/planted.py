"""What is planted in a simulated market, and the best that anybody could do with it.

Each bar shows two shocks: `volume_shock` s in the logarithm of its volume and `location_shock` u in where it closed within its
range. The next session's standardised return is z = b·q + √(1 − b²)·ε with b = `strength` and q standard normal, made of shocks:

- `linear`       q = s                       the volume shock itself
- `interaction`  q = s · sign(u)             either shock alone says nothing
- `sequential`   q = (s + s five ago) / √2   half of it is out of sight of whoever looks at one session
- `event`        a quiet, heavily traded session announces a jump of 6 % or more in the next one
- `none`         q = 0
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from nightshift.config import Closed, Fraction

LAG_SESSIONS = 5
EVENT_RETURN_FRACTION = 0.06
ANNOUNCED_FRACTION = 0.03
UNANNOUNCED_FRACTION = 0.0005
VOLUME_SHIFT = 4.0  # announced sessions: standard deviations added to the volume shock
RANGE_SHIFT = 2.5  # and taken from the range shock


class Signal(Closed):
    """What is planted. `strength` is b above; for `event`, the probability that an announced jump comes."""

    kind: Literal["none", "linear", "interaction", "sequential", "event"] = "none"
    strength: Fraction = 0.0


def expectation(signal: Signal, volume_shock: np.ndarray, location_shock: np.ndarray) -> np.ndarray:
    """E[next session's z] by (session, symbol), known at the close of the session: b·q."""
    if signal.kind == "linear":
        return signal.strength * volume_shock
    if signal.kind == "interaction":
        return signal.strength * volume_shock * np.sign(location_shock)
    if signal.kind == "sequential":
        earlier = np.zeros_like(volume_shock)
        earlier[LAG_SESSIONS:] = volume_shock[:-LAG_SESSIONS]
        return signal.strength * (volume_shock + earlier) / math.sqrt(2)
    return np.zeros_like(volume_shock)


def noise_share(signal: Signal) -> float:
    """√(1 − b²): what is left to chance, so that z keeps unit variance."""
    planted = signal.strength if signal.kind in {"linear", "interaction", "sequential"} else 0.0
    return math.sqrt(1.0 - planted**2)


def bayes_optimal(signal: Signal) -> dict[str, float]:
    """The best that anybody who sees every past bar could reach; what a model is measured against.

    `accuracy` is of the next close-to-close return's sign: P(sign z = sign q) = 1/2 + asin(b)/π for standard normal q and ε.

    >>> round(bayes_optimal(Signal(kind="linear", strength=0.6))["accuracy"], 3)
    0.705
    >>> bayes_optimal(Signal())["accuracy"]
    0.5
    """
    if signal.kind == "event":
        return _best_event_rule(signal.strength)
    if signal.kind == "sequential":
        return {"accuracy": _sign_accuracy(signal.strength), "accuracy_without_memory": _sign_accuracy(signal.strength / math.sqrt(2))}
    return {"accuracy": _sign_accuracy(signal.strength if signal.kind != "none" else 0.0)}


def _sign_accuracy(correlation: float) -> float:
    return 0.5 + math.asin(correlation) / math.pi


def _best_event_rule(strength: float) -> dict[str, float]:
    """Thresholds on the likelihood ratio of the two shifted shocks: one normal, separated by the root of the summed squares."""
    threshold = np.linspace(-2.0, 8.0, 2001)
    separation = math.hypot(VOLUME_SHIFT, RANGE_SHIFT)
    caught, false = _above(threshold - separation), _above(threshold)
    announced, plain = ANNOUNCED_FRACTION * caught, (1 - ANNOUNCED_FRACTION) * false
    surprise = (1 - strength) * UNANNOUNCED_FRACTION + strength  # an announced session may also jump by chance
    true = announced * surprise + plain * UNANNOUNCED_FRACTION
    events = ANNOUNCED_FRACTION * surprise + (1 - ANNOUNCED_FRACTION) * UNANNOUNCED_FRACTION
    f1 = 2 * true / (announced + plain + events)
    best = int(np.argmax(f1))
    precision = float(true[best] / (announced + plain)[best])
    return {"f1": float(f1[best]), "precision": precision, "recall": float(true[best] / events), "event_fraction": events}


def _above(threshold: np.ndarray) -> np.ndarray:
    """P(standard normal > threshold)."""
    return np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in threshold])
