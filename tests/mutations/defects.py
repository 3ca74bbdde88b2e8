"""Ten famous defects, each as one edit of the library, and the tests that have to notice it."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("tests/contracts/test_every_column.py",)
SPLITS = ("tests/contracts/test_every_splitter.py", "tests/splits/test_splits.py")
BACKTEST = ("tests/proof/test_accounting.py", "tests/proof/test_backtest.py")
METRICS = ("include/nightshift/proof/metrics/trading.py", "include/nightshift/proof/metrics/risk.py", "tests/proof/test_metrics.py")


@dataclass(frozen=True)
class Defect:
    """Text of one file replaced by other text; `old` has to be there exactly once."""

    name: str
    file: str  # below include/nightshift
    old: str
    new: str
    tests: tuple[str, ...]
    only: str = ""  # pytest -k, to keep a slow file short


DEFECTS = (
    Defect(
        "future shift", "data/columns/returns.py",
        "    return log_return(bars, 5)\n", "    return np.roll(log_return(bars, 5), -1, axis=1)\n",
        COLUMNS, "looks_ahead and log_return_5",
    ),
    Defect(
        "whole-history scaling of a column", "data/columns/returns.py",
        "    return log_return(bars, 10)\n", "    return log_return(bars, 10) / np.nanstd(log_return(bars, 10), axis=1, keepdims=True)\n",
        COLUMNS, "looks_ahead and log_return_10",
    ),
    Defect(
        "whole-history scaling in the preparation", "models/preparation.py",
        "centre_and_scale(params.scaling, table[:, places])",
        "centre_and_scale(params.scaling, train.panel.values[train.panel.usable][:, places])",
        ("tests/models/test_preparation.py",),
    ),
    Defect(
        "sentinel silenced", "sentinel/hunt.py",
        "    if hunted.clean:\n", "    if hunted.looks:\n",
        ("tests/sentinel/test_hunted_nights.py",), "knows_tomorrow and log_return_1",
    ),
    Defect(
        "cleaning by what comes later", "data/quality/actions.py",
        "        return Doubt(place, _end_of(prices.symbol, place), math.nan)\n", "        return None\n",
        ("tests/quality/test_point_in_time.py",), "on_the_night_it_appears",
    ),
    Defect(
        "gap removed", "data/splits/in_order.py",
        "gap = reach + choice.extra_gap_sessions", "gap = 0",
        SPLITS,
    ),
    Defect(
        "gap one short", "data/splits/in_order.py",
        "gap = reach + choice.extra_gap_sessions", "gap = max(reach - 1, 0) + choice.extra_gap_sessions",
        SPLITS,
    ),
    Defect(
        "drawdown over the trough", "proof/metrics/risk.py",
        "    return grown / np.maximum(np.maximum.accumulate(grown, axis=-1), 1.0) - 1.0\n",
        "    return 1.0 - np.maximum(np.maximum.accumulate(grown, axis=-1), 1.0) / grown\n",
        METRICS,
    ),
    Defect(
        "Sharpe's sign", "proof/metrics/trading.py",
        "ratio(returns.mean(axis=-1), deviation(returns))", "ratio(-returns.mean(axis=-1), deviation(returns))",
        METRICS,
    ),
    Defect(
        "cost not charged on exit", "proof/evaluation/held.py",
        "    fee = rate * np.abs(trade)\n", "    fee = rate * np.maximum(trade, 0.0)\n",
        BACKTEST,
    ),
    Defect(
        "cost not charged on exit, fast way", "proof/evaluation/swift.py",
        "    np.abs(trade, out=trade)\n", "    np.maximum(trade, 0.0, out=trade)\n",
        BACKTEST,
    ),
    Defect(
        "fill at the same close", "proof/evaluation/held.py",
        "_session(market, now, held, aims[now - 1], equity, costs)", "_session(market, now, held, aims[now], equity, costs)",
        BACKTEST,
    ),
    Defect(
        "fill at the same close, fast way", "proof/evaluation/swift.py",
        "    held = wanted[:, at.start - 1 : at.stop - 1]\n", "    held = wanted[:, at]\n",
        BACKTEST,
    ),
    Defect(
        "bootstrap without blocks", "proof/evaluation/bootstrap.py",
        "< 1.0 / max(block_sessions, 1.0)", "< 1.0",
        ("tests/proof/test_bootstrap.py",), "blocks or dependence",
    ),
    Defect(
        "PBO transposed: the shape is not refused", "proof/examination/pbo.py",
        "        if returns.shape != wanted:\n", "        if returns.size != wanted[0] * wanted[1]:\n",
        ("tests/proof/test_overfitting.py", "include/nightshift/proof/examination/pbo.py"), "transposed or TrialMatrix",
    ),
    Defect(
        "PBO transposed: sessions taken for trials", "proof/examination/pbo.py",
        "    n_trials, n_sessions = matrix.returns.shape\n",
        "    object.__setattr__(matrix, 'returns', matrix.returns.T)\n    n_trials, n_sessions = matrix.returns.shape\n",
        ("tests/proof/test_overfitting.py",), "pbo",
    ),
)  # fmt: skip
