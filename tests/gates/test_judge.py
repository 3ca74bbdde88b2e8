import importlib.util
import json
from pathlib import Path

import pytest

from nightshift.config import Gate
from nightshift.gates import decide
from nightshift.gates.evidence import evidence_of
from nightshift.gates.judge import nobody_judged
from nightshift.nouns.evaluation_record import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.examination import Examination
from nightshift.nouns.measures import Measure
from nightshift.nouns.verdict_record import Verdict

_SPEC = importlib.util.spec_from_file_location("scales", Path(__file__).parent / "scales.py")
scales = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scales)

GATES = (
    Gate(metric="accuracy", must_be="at_least", limit=0.6),
    Gate(metric="f1", must_be="at_least", limit=0.5),
    Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),
)


INTERVALS = Intervals(method="stationary bootstrap of sessions", level=0.95, replicas=0, block_sessions=1.0)


def evaluation(ours=(0.7, 0.6, 2.0), champions=None, n_sessions=120, **more) -> Evaluation:
    names = ("accuracy", "f1", "sharpe_annual")
    told = {
        "ridge": dict(zip(names, map(Measure, ours), strict=True)),
        "last_sign": dict(zip(names, map(Measure, (0.5, 0.5, 0.1)), strict=True)),
    }
    if champions:
        told["champion"] = dict(zip(names, map(Measure, champions), strict=True))
    span = Span(first="2026-01-02", last="2026-06-30", sessions=n_sessions)
    facts = {
        "task": "classification", "sessions": dict.fromkeys(PARTS, span), "challengers": ("ridge",), "naive": ("last_sign",),
        "champion": "champion" if champions else None, "champion_version": None, "benchmarks": (), "left_out": {},
        "rows": dict.fromkeys(PARTS, 600), "intervals": dict.fromkeys(PARTS, INTERVALS), "measures": {"validate": {}, "test": told},
        "learned_until": {}, "compared": {}, "leads": {},
    }  # fmt: skip
    return Evaluation(**(facts | more))


# What was asked of some leader by the first version, taken for ours.
KEPT = Path(__file__).parents[1] / "nouns" / "kept" / "Examination.json"
EXAMINATION = Examination.of_facts(json.loads(KEPT.read_text()), KEPT).model_copy(update={"leader": "ridge"})


def examination(**measures: Measure) -> Examination:
    return EXAMINATION.model_copy(update={"measures": measures})


def judged(found: Evaluation, gates=GATES, examined: Examination = EXAMINATION, **lead) -> Verdict:
    """The verdict of a policy over an evaluation and an examination, with a lead that promotes unless it is changed."""
    found = Evaluation.of_facts(json.loads(json.dumps(found.facts(), allow_nan=False)), Path("evaluation.json"))
    return decide(gates, evidence_of(found, examined, "ridge", scales.weighed(**lead)))


def test_all_checks_passed_is_a_promotion_that_names_the_lead_it_stands_on():
    verdict = judged(evaluation())
    assert verdict.decision == "PROMOTE"
    assert "all 3 checks on 120 test sessions" in verdict.headline
    assert (
        "its Sharpe leads champion 1.0.0 by 2.00 (0.90 to 3.10) over 120 sessions: z 3.50, where 2.50 promotes tonight" in verdict.headline
    )
    assert verdict.standing == scales.standing()
    json.dumps(verdict.facts(), allow_nan=False)


def test_all_gates_are_asked_even_after_one_failed():
    verdict = judged(evaluation(ours=(0.5, 0.4, 0.0)), lead_annual=-0.1)
    assert verdict.decision == "REJECT"
    assert [check.passed for check in verdict.checks] == [False, False, False]
    assert "accuracy 0.5 is not at least 0.6" in verdict.headline
    assert "3 of 3 checks failed" in verdict.headline


def test_no_gates_means_no_release():
    verdict = judged(evaluation(), gates=())
    assert verdict.decision == "REJECT"
    assert "no gates means no release" in verdict.headline


def test_nobody_to_judge_is_refused_with_the_reasons():
    verdict = nobody_judged({"ridge": "one class only"}, None, champion_judged=True)
    assert (verdict.decision, verdict.challenger) == ("REJECT", None)
    assert "ridge: one class only" in verdict.headline


def test_a_challenger_that_is_the_champion_is_a_tie_even_where_no_gate_compares_them():
    verdict = judged(evaluation(champions=(0.7, 0.6, 2.0)), gates=GATES[:2])
    assert verdict.decision == "REJECT"
    assert "a tie never promotes" in verdict.headline
    lead = ("sharpe_annual", True)  # asked even where no line names it
    assert [(check.metric, check.passed) for check in verdict.checks] == [(None, False), ("accuracy", True), ("f1", True), lead]


def test_a_certain_failure_outweighs_missing_evidence():
    found = evaluation(ours=(0.5, 0.4, 0.0))
    lacking = found.measures["test"] | {"ridge": found.measures_of("ridge") | {"accuracy": Measure(None, note="12 of 60 sessions")}}
    assert judged(evaluation(measures={"validate": {}, "test": lacking})).decision == "REJECT"


def test_the_champion_that_was_judged_against_is_remembered():
    served, nothing = judged(evaluation(champion_version="1.0.3")), judged(evaluation())
    assert (served.champion_version, served.champion_judged) == ("1.0.3", True)
    assert (nothing.champion_version, nothing.champion_judged) == (None, True)


def test_a_champion_that_could_not_be_judged_is_never_replaced_on_the_strength_of_naive_rules():
    verdict = judged(evaluation(left_out={"champion": "NaN on 2026-03-02"}))
    assert verdict.decision == "ABSTAIN"
    assert "the champion could not be judged tonight: NaN on 2026-03-02" in verdict.headline
    assert not verdict.champion_judged


def test_an_unmeasured_metric_is_no_evidence():
    gate = Gate(metric="calmar", must_be="at_least", limit=0.0)
    verdict = decide([gate], evidence_of(evaluation(), EXAMINATION, "ridge"))
    assert verdict.decision == "ABSTAIN"
    assert "calmar was not measured" in verdict.headline


DEFLATED = Gate(metric="deflated_sharpe", must_be="at_least", limit=0.95)


def test_a_line_about_the_examination_turns_a_promotion():
    assert judged(evaluation(), examined=examination(deflated_sharpe=Measure(0.91))).decision == "PROMOTE"
    asked = (*GATES, DEFLATED)
    verdict = judged(evaluation(), gates=asked, examined=examination(deflated_sharpe=Measure(0.91)))
    assert verdict.decision == "REJECT"
    assert "deflated_sharpe 0.91 is not at least 0.95: 0.04 short" in verdict.headline
    assert verdict.checks[3].margin == pytest.approx(-0.04)
    assert judged(evaluation(), gates=asked, examined=examination(deflated_sharpe=Measure(0.96))).decision == "PROMOTE"


def test_a_number_that_the_examination_does_not_have_decides_nothing_and_says_why():
    told = examination(deflated_sharpe=Measure(None, note="returns that do not vary"))
    verdict = judged(evaluation(), gates=(*GATES, DEFLATED), examined=told)
    assert verdict.decision == "ABSTAIN"
    assert "deflated_sharpe of ridge: returns that do not vary" in verdict.headline
    assert judged(evaluation(), gates=(*GATES, DEFLATED)).decision == "ABSTAIN", "an examination of an older version"


def test_the_examination_of_another_leader_is_no_evidence():
    other = examination(deflated_sharpe=Measure(0.99)).model_copy(update={"leader": "xgboost"})
    verdict = judged(evaluation(), gates=(*GATES, DEFLATED), examined=other)
    assert "deflated_sharpe was not measured for ridge" in verdict.headline


def test_the_examination_does_not_tell_a_challenger_from_the_champion():
    tie = evaluation(champions=(0.7, 0.6, 2.0))
    verdict = judged(tie, gates=GATES[:2], examined=examination(deflated_sharpe=Measure(0.99)))
    assert "a tie never promotes" in verdict.headline
