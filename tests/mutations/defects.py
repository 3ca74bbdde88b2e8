"""Famous defects, each as one edit of the library, and the tests that have to notice it."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("tests/contracts/test_every_column.py",)
SPLITS = ("tests/contracts/test_every_splitter.py", "tests/splits/test_splits.py")
WALK = ("tests/training/test_walking.py",)
BACKTEST = ("tests/proof/test_accounting.py", "tests/proof/test_backtest.py")
GATE = (
    "tests/gates/test_lead_check.py",
    "tests/gates/test_error_budget.py",
    "tests/gates/test_paired_lead.py",
    "tests/gates/test_checks.py",
)
LEDGER = ("tests/release/test_ledger.py", "tests/release/test_ledger_tampering.py", "tests/release/test_promotion.py")
RETRACTION = ("tests/release/test_retraction.py", "tests/release/test_retraction_finished.py")
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
        "_scaled(params, names, by_column(train))",
        "_scaled(params, names, train.panel.values[train.panel.usable].T)",
        ("tests/models/test_preparation.py",),
    ),
    Defect(
        "sentinel silenced", "proof/sentinel/hunt.py",
        "    if hunted.clean:\n", "    if hunted.looks:\n",
        ("tests/sentinel/test_hunted_nights.py",), "knows_tomorrow and log_return_1",
    ),
    Defect(
        "cleaning by what comes later", "data/quality/scales.py",
        "            continue\n        if _is_of_later_bars", "            pass\n        if _is_of_later_bars",
        ("tests/quality/test_point_in_time.py",), "nothing_unlisted",
    ),
    Defect(
        "a revision that is not listed", "data/quality/scales.py",
        "    then = [Rescaled(first, step.place, step.place, *by)]\n", "    then = []\n",
        ("tests/quality/test_point_in_time.py",), "on_its_own_night",
    ),
    Defect(
        "a split taken for news", "data/quality/evidence/certainty.py",
        "    return where + _traded(gaps, size)", "    return where - 9 + _traded(gaps, size)",
        ("tests/quality/test_cleaning.py",), "rescales_the_bars",
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
        "a ruined book trades on", "proof/evaluation/held.py",
        "        if equity <= 0.0:\n            break\n", "",
        ("tests/proof/test_ruin.py",), "ends_it",
    ),
    Defect(
        "a ruined book trades on, fast way", "proof/evaluation/swift.py",
        "factor.min() > RUIN_FRACTION", "factor.min() > -np.inf",
        ("tests/proof/test_ruin.py",), "ends_it",
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
    Defect(
        "fence removed", "storage/ledger_refusals.py",
        'change.kind == "promote" and served is not None and change.session < served.session', "False",
        LEDGER, "older",
    ),
    Defect(
        "the fence follows the newest that ever served, not what is live", "storage/ledger_refusals.py",
        "    served = live_among(of_market)\n    if change.kind ==",
        "    served = max((one for one in of_market if one.serves), key=lambda one: one.session, default=None)\n    if change.kind ==",
        RETRACTION, "future_is_taken_back",
    ),
    Defect(
        "a retracted version serves again by name", "storage/ledger_refusals.py",
        "    if said is not None:\n", "    if said is not None and change.kind != \"rollback\":\n",
        RETRACTION, "refuses_it_whoever_asks",
    ),
    Defect(
        "a retraction falls back to what is damaged", "storage/ledger_lineage.py",
        'entry.kind in {"retract", "refuse"}', 'entry.kind == "retract"',
        RETRACTION, "none_below_is_whole",
    ),
    Defect(
        "a retraction that was cut off stays so", "release/retraction.py",
        "    if settling.is_settled(market.market) and not publishing.owes(market):\n", "    if True:\n",
        RETRACTION, "finished_by_asking_again",
    ),
    Defect(
        "a cut end is not noticed", "storage/ledger_head.py",
        "if head is None or (head.entries <= len(rows) and", "if head is None or head.entries > len(rows) or (",
        LEDGER, "removed or cut",
    ),
    Defect(
        "a broken chain is written on", "storage/ledger_file.py",
        "known = verified(list(rows(database)), file)", "known = list(rows(database))",
        LEDGER, "never_written",
    ),
    Defect(
        "a refused night is promoted without a word", "release/promotion.py",
        "if not word.force and not verdict.promotes:", "if False:",
        LEDGER, "nobodys_word",
    ),
    Defect(
        "a second look of a night is written", "storage/ledger.py",
        'if row["kind"] == LOOK and row["night"] == night)', 'if row["kind"] == LOOK and row["night"] == who)',
        ("tests/release/test_looks.py",), "looks_once",
    ),
    Defect(
        "a refit that knows the block it is asked about", "training/walking.py",
        "    return rows_of(panel, block.train), rows_of(panel, block.validate)\n",
        "    return rows_of(panel, np.arange(block.test[0])), rows_of(panel, block.validate)\n",
        WALK, "leak_of_one_session",
    ),
    Defect(
        "the last refit released as if it were the newest model", "training/making.py",
        "    fitted = walking.newest(recipe, learned, last.course)\n", '    fitted = models.load(last.folder / "model")\n',
        WALK, "all_that_is_known",
    ),
    Defect(
        "a release compared with what its recipe said", "nouns/scores.py",
        "cls.read(own if own.is_dir() else folder, panel", "cls.read(folder, panel",
        WALK, "ends_in_a_release",
    ),
    Defect(
        "rows that only stopped a fit not counted as learned from", "training/fit.py",
        "learned_until=seen_until(*made.learned)", "learned_until=seen_until(made.learned[0])",
        ("tests/training/test_training.py",), "how_far and logistic",
    ),
    Defect(
        "the reach of the last label forgotten", "nouns/panel.py",
        "for rows in there) + panel.label_reach", "for rows in there)",
        ("include/nightshift/nouns/panel.py", "tests/training/test_training.py"), "seen_until or logistic",
    ),
    Defect(
        "the course of a refit not gone", "models/tabular/rounds.py",
        "    if context.course is None:\n", "    if True:\n",
        ("tests/contracts/test_every_family.py",), "same_course and lightgbm",
    ),
    Defect(
        "a tie promotes", "gates/lead_check.py",
        "    if over <= SMALLEST_LEAD_ANNUAL:\n", "    if over < -SMALLEST_LEAD_ANNUAL:\n",
        GATE, "tie_never_promotes",
    ),
    Defect(
        "the lead's sign turned", "gates/paired.py",
        "    ahead = ours_sharpe - theirs_sharpe\n", "    ahead = theirs_sharpe - ours_sharpe\n",
        GATE, "lead_is_the_difference or lead_that_is_there",
    ),
    Defect(
        "NaN passes a limit", "gates/comparisons.py",
        "        return margin > ROUNDING if self.strict else margin >= 0\n",
        "        return not margin <= ROUNDING if self.strict else not margin < 0\n",
        ("include/nightshift/gates/comparisons.py",),
    ),
    Defect(
        "sessions of an old window looked at again in a new period", "gates/earned.py",
        "day not in known and (period.is_first or day > period.first)", "day not in known",
        GATE, "new_period",
    ),
    Defect(
        "a champion judged on rows that it learned from", "proof/evaluation/material.py",
        "            out[at] = self.panel.sessions[at] <= self.learned_until[name]\n", "            pass\n",
        ("tests/proof/test_learned_rows.py",), "changes_nothing",
    ),
    Defect(
        "the count of trials starts anew every night", "proof/examination/doubt.py",
        "    trials = count_trials(models) + trials_before\n", "    trials = count_trials(models)\n",
        ("tests/proof/test_examination.py",), "trials",
    ),
    Defect(
        "the error budget ignored", "gates/look_bound.py",
        "    spend = min(allowed, account.left)\n", "    spend = account.allowance\n",
        GATE, "never_spend_more or agree",
    ),
    Defect(
        "a partial night promoted", "gates/checks.py",
        "    if not evidence.partial or (", "    if True or (",
        GATE, "partial",
    ),
    Defect(
        "a recipe's evidence rewritten by its refits", "gates/earned.py",
        "day not in known and (", "(",
        GATE, "not_rewritten",
    ),
    Defect(
        "what is too good to be true promoted", "gates/limit_check.py",
        "    if holds(gate) and not comparison.passes(value, gate.limit):\n",
        "    if holds(gate):\n        return answer(gate, value, True, '')\n    if False:\n",
        GATE, "ceiling",
    ),
    Defect(
        "a letter that cannot be sent holds the others up", "report/mail/outbox.py",
        "key=lambda one: (tries(one), one.stat()", "key=lambda one: (0, one.stat()",
        ("tests/alerts/test_outbox.py",), "breaks_the_connection",
    ),
    Defect(
        "a rollback that broke is to be cleared", "report/mail/causes.py",
        '    if task == "rollback":', '    if task == "another":',
        ("tests/alerts/test_mails.py",), "go_back_twice",
    ),
    Defect(
        "a silent night told every hour", "watch/rounds.py",
        'f"{night.word} {market.market} {night.session}"', 'f"{night.word} {market.market} {now}"',
        ("tests/watch/test_silence.py",), "exactly_once",
    ),
    Defect(
        "somebody's question taken for the market's night", "watch/silence.py",
        "            if night.options.symbols or night.options.families:", "            if night.options.symbols:",
        ("tests/watch/test_silence.py",), "somebodys",
    ),
)  # fmt: skip
