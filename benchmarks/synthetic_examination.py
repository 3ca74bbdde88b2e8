"""An examination with invented answers: what a synthetic night is drawn from."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.drawn_curves import Stretch
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.examination import Examination
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.questions import (
    Agreement,
    BacktestOverfitting,
    Chance,
    ColumnChanges,
    ColumnDrift,
    Importance,
    Overfitting,
    Stress,
    SuperiorAbility,
)
from nightshift.nouns.slice_rows import Capacity, CostPoint, SymbolSlice, Window, WindowMeasures
from nightshift.proof.examination import curves, earnings
from nightshift.proof.examination.examined_metrics import measures_of
from nightshift.proof.metrics import risk
from nightshift.proof.metrics.metric import Answers

RULES = ("buy_and_hold", "cash")
HIT = {"xgboost": 0.14, "lightgbm": 0.13, "logistic": 0.11, "random_forest": 0.08, "champion": 0.1}


def make_examination(rng: np.random.Generator, returns: Returns, n_symbols: int, champion: str) -> Examination:
    """Invented answers about an invented leader; what is drawn of scores and returns comes from the room that draws it."""
    of_part, names = {part: returns.only(part) for part in PARTS}, list(returns.of)
    traded = [name for name in names if name != "cash"]
    stretches = {part: make_stretch(rng, mine, n_symbols) for part, mine in of_part.items()}
    net = of_part["test"].of
    answers = make_answers(rng, of_part["test"], n_symbols)
    found = Examination(
        leader="xgboost", measures={}, **about_the_leader(champion),
        cost_curve={name: make_cost_curve(0.3 - 0.05 * i) for i, name in enumerate(traded)},
        break_even_bps={name: 15.0 - 2.5 * i for i, name in enumerate(traded)} | {"cash": None},
        windows=[make_window(rng, p, at, names) for p, mine in of_part.items() for at in np.array_split(mine.sessions, 3)],
        symbols=[make_symbol(rng, i) for i in range(n_symbols)],
        over_sessions=stretches,
        months={name: earnings.years(stretches["test"].sessions, of) for name, of in net.items()},
        falls=earnings.worst_falls(stretches["test"].sessions, net["xgboost"]),
        distribution=earnings.distribution({name: net[name] for name in ("xgboost", (champion and "champion") or "buy_and_hold")}),
        confusion={name: curves.confusion(one) for name, one in answers.items()},
        calibration={name: curves.calibration(one) for name, one in answers.items()},
        confidence={name: curves.accuracy_by_confidence(one) for name, one in answers.items()},
        roc={name: curves.roc(one) for name, one in answers.items()},
        pr={name: curves.precision_recall(one) for name, one in answers.items()},
    )  # fmt: skip
    return found.model_copy(update={"measures": measures_of(found)})


def make_stretch(rng: np.random.Generator, returns: Returns, n_symbols: int) -> Stretch:
    """Growth and falls of invented returns of one part, and accuracies of invented scores."""
    window = max(min(63, len(returns.sessions) // 3), 2)
    answers = make_answers(rng, returns, n_symbols)
    return Stretch(
        sessions=returns.sessions,
        growth_fraction={name: risk.equity(of) - 1.0 for name, of in returns.of.items()},
        drawdown_fraction={name: risk.drawdown_fraction(of) for name, of in returns.of.items()},
        sharpe_annual={name: earnings.rolling_sharpe(of, window, 252) for name, of in returns.of.items()}, sharpe_sessions=window,
        accuracy={name: curves.rolling_accuracy(one, 21) for name, one in answers.items()}, accuracy_sessions=21,
    )  # fmt: skip


def about_the_leader(champion: str) -> dict:
    """Luck, importance, robustness, drift and columns of the challenger."""
    before = Agreement(night="2026-11-18-0a1b2c3d", family="xgboost", columns=44, rank_correlation=0.91)
    sizes = {"xgboost": 1.0, "lightgbm": 0.31, "logistic": 0.02}
    pbo = BacktestOverfitting(over="the night's families", trials=4, sessions=180, probability=0.12, slope=-0.4, blocks=16)
    changed = {"appeared": ("column_43",), "vanished": ("column_99",), "retyped": (), "became_constant": ()}
    unchanged = dict.fromkeys(changed, ())
    return {
        "chance": Chance(draws=40, sharpe_5_50_95=(-1.2, 0.3, 1.4), share_beaten=1.0),
        "overfitting": Overfitting(
            trials=4, deviation_of_trials=0.03, sessions=90, probabilistic_sharpe=0.981, deflated_sharpe=0.912, track_record_sessions=71.0,
            pbo=pbo, spa=SuperiorAbility(against="champion" if champion else "cash", p_value=0.021), model_confidence_set=sizes,
        ),
        "importance": Importance(
            method="native contributions", rows=4000, family="xgboost", champion=before if champion else None,
            values={f"column_{i:02d}": 0.2 * 0.87**i for i in range(44)},
        ),
        "robustness": (
            make_stress("twice_the_costs", "twice the costs", 1.71, 14.5, "bps a trade"),
            make_stress("one_bar_of_delay", "one bar of delay", 0.2, 1, "sessions late"),
            make_stress("crash", "a 20 % gap", 0.21, None, "gap fraction", "drawdown_max_fraction", 0.06),
        ),
        "drift": tuple(ColumnDrift(column=f"column_{i:02d}", psi=0.3 / (i + 1), ks_distance=0.2, mean_shift=0.1) for i in range(44)),
        "column_changes": ColumnChanges(champion=champion, columns=44, **(changed if champion else unchanged)),
        "capacity": Capacity(capital=4.2e7, participation_fraction=0.01, spared_fraction=0.05),
    }  # fmt: skip


def make_window(rng: np.random.Generator, part: str, days: np.ndarray, names: list[str]) -> Window:
    """One stretch of sessions."""
    of = {
        name: WindowMeasures(sharpe_annual=rng.normal(1.5, 1), return_total_fraction=rng.normal(0.02, 0.02), accuracy=rng.normal(0.6, 0.03))
        for name in names
    }
    return Window(part=part, first=str(days[0]), last=str(days[-1]), sessions=len(days), of=of)


def make_cost_curve(free: float) -> tuple[CostPoint, ...]:
    """What is left of a return at each cost."""
    costs = (0.0, 3.0, 10.0, 30.0)
    return tuple(CostPoint(cost_bps=cost, return_total_fraction=free - 0.02 * cost, sharpe_annual=2.0 - 0.1 * cost) for cost in costs)


def make_stress(
    key: str, name: str, value: float, at: float | None, unit: str, metric: str = "sharpe_annual", baseline: float = 2.1
) -> Stress:
    """One row of the robustness table."""
    note = "" if at is not None else "holds at every size tried"
    sizes = {"baseline": baseline, "value": value, "breaks_verdict_at": at}
    return Stress(key=key, name=name, metric=metric, unit="a year", **sizes, breaks_unit=unit, note=note)


def make_symbol(rng: np.random.Generator, number: int) -> SymbolSlice:
    """One symbol's row."""
    earned = {"contribution_fraction": rng.normal(0.004, 0.01), "alone_return_fraction": rng.normal(0.1, 0.3)}
    return SymbolSlice(symbol=f"S{number:03d}", rows=90, accuracy=rng.normal(0.6, 0.05), **earned)


def make_answers(rng: np.random.Generator, returns: Returns, n_symbols: int) -> dict[str, Answers]:
    """Scores and outcomes of every name that has scores."""
    n_sessions = len(returns.sessions)
    session = np.repeat(np.arange(n_sessions), n_symbols)
    ups = {name: rng.random(len(session)) < 0.52 for name in returns.of if name not in RULES}
    return {name: Answers(up.astype(float), make_score(rng, name, up), session, n_sessions, 0.5) for name, up in ups.items()}


def make_score(rng: np.random.Generator, name: str, up: np.ndarray) -> np.ndarray:
    """Scores that know something about the outcome, a name more than another."""
    hit = HIT.get(name, 0.0)
    return np.clip(0.5 + np.where(up, hit, -hit) + rng.normal(0, 0.3, len(up)), 0.01, 0.99)
