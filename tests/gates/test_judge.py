import json

from nightshift.config import Gate
from nightshift.config import Selection as Weights
from nightshift.gates import decide, judge
from nightshift.gates.evidence import evidence_of
from nightshift.nouns.selection import Selection

GATES = (
    Gate(metric="accuracy", must_be="at_least", limit=0.6),
    Gate(metric="f1", must_be="at_least", limit=0.5),
    Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),
)


def measure(value, note=""):
    return {"value": value, "low": None, "high": None, "note": note}


def evaluation(ours=(0.7, 0.6, 2.0), champions=None, n_sessions=120, **more) -> dict:
    names = ("accuracy", "f1", "sharpe_annual")
    told = {
        "ridge": dict(zip(names, map(measure, ours), strict=True)),
        "last_sign": dict(zip(names, map(measure, (0.5, 0.5, 0.1)), strict=True)),
    }
    if champions:
        told["champion"] = dict(zip(names, map(measure, champions), strict=True))
    parts = {part: ["2026-01-02", "2026-06-30", n_sessions] for part in ("validate", "test")}
    return {
        "sessions": parts, "challengers": ["ridge"], "champion": "champion" if champions else None, "naive": ["last_sign"], "left_out": {},
        "measures": {"validate": {}, "test": told}, **more,
    }  # fmt: skip


class FakeNight:
    """The two stages and the policy that a judge reads."""

    def __init__(self, facts: dict, gates=GATES, selected="ridge") -> None:
        self.market = type("Policy", (), {"gates": gates})
        self._evaluation = facts
        self._selection = Selection(selected=selected, ranking=(), weights=Weights())

    def facts(self, stage: str) -> dict:
        assert stage == "evaluation"
        return json.loads(json.dumps(self._evaluation, allow_nan=False))

    def read(self, kind, stage: str) -> Selection:
        assert (kind, stage) == (Selection, "selection")
        return self._selection


def test_all_checks_passed_is_a_promotion_that_names_the_closest_call():
    verdict = judge(FakeNight(evaluation()))
    assert verdict.decision == "PROMOTE"
    assert "all 3 checks on 120 test sessions" in verdict.headline
    assert "closest: accuracy 0.7" in verdict.headline or "closest: f1 0.6" in verdict.headline
    json.dumps(verdict.facts(), allow_nan=False)


def test_all_gates_are_asked_even_after_one_failed():
    verdict = judge(FakeNight(evaluation(ours=(0.5, 0.4, 0.0))))
    assert verdict.decision == "REJECT"
    assert [check.passed for check in verdict.checks] == [False, False, False]
    assert "accuracy 0.5 is not at least 0.6" in verdict.headline
    assert "3 of 3 checks failed" in verdict.headline


def test_no_gates_means_no_release():
    verdict = judge(FakeNight(evaluation(), gates=()))
    assert verdict.decision == "REJECT"
    assert "no gates means no release" in verdict.headline


def test_nobody_to_judge_is_refused_with_the_reasons():
    verdict = judge(FakeNight(evaluation(left_out={"ridge": "one class only"}), selected=None))
    assert (verdict.decision, verdict.challenger) == ("REJECT", None)
    assert "ridge: one class only" in verdict.headline


def test_a_challenger_that_is_the_champion_is_a_tie_even_where_no_gate_compares_them():
    verdict = judge(FakeNight(evaluation(champions=(0.7, 0.6, 2.0)), gates=GATES[:2]))
    assert verdict.decision == "REJECT"
    assert "a tie never promotes" in verdict.headline
    assert [(check.metric, check.passed) for check in verdict.checks] == [(None, False), ("accuracy", True), ("f1", True)]


def test_a_certain_failure_outweighs_missing_evidence():
    facts = evaluation(ours=(0.5, 0.4, 0.0))
    facts["measures"]["test"]["ridge"]["accuracy"] = measure(None, "not enough evidence: 12 of 60 sessions")
    assert judge(FakeNight(facts)).decision == "REJECT"


def test_the_champion_that_was_judged_against_is_remembered():
    served, nothing = judge(FakeNight(evaluation(champion_version="1.0.3"))), judge(FakeNight(evaluation()))
    assert (served.champion_version, served.champion_judged) == ("1.0.3", True)
    assert (nothing.champion_version, nothing.champion_judged) == (None, True)


def test_a_champion_that_could_not_be_judged_is_never_replaced_on_the_strength_of_naive_rules():
    verdict = judge(FakeNight(evaluation(left_out={"champion": "NaN on 2026-03-02"})))
    assert verdict.decision == "ABSTAIN"
    assert "the champion could not be judged tonight: NaN on 2026-03-02" in verdict.headline
    assert not verdict.champion_judged


def test_an_unmeasured_metric_is_no_evidence():
    gate = Gate(metric="calmar", must_be="at_least", limit=0.0)
    verdict = decide([gate], evidence_of(evaluation(), "ridge"))
    assert verdict.decision == "ABSTAIN"
    assert "calmar was not measured" in verdict.headline
