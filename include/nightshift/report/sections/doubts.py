"""Could it be luck? The overfitting numbers, each with its question and how to read it."""

from __future__ import annotations

from nightshift.report.drawing.chart import Chart
from nightshift.report.drawing.numbers import shown
from nightshift.report.gather import Found
from nightshift.report.sections.grid import column, grid, part

CONFIDENCE_SIZE = 0.10  # families above it stay in the model confidence set


def doubt(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """The section, when the night measured it."""
    facts = drawn.get("overfitting") or {}
    if not facts:
        return None, []
    rows = [
        *_sharpe(facts),
        _track_record(facts),
        _pbo(facts.get("pbo") or {}),
        _spa(facts.get("spa") or {}),
        _set(found, facts),
        _chance(drawn.get("chance") or {}),
    ]
    columns = [column("Question"), column("Measure", "text"), column("Answer", "text"), column("How to read it", "text")]
    lead = f"{found.challenger} was chosen among {facts.get('trials', '?')} fits. The best of many looks better than it is."
    numbers = {"overfitting": facts, "chance": drawn.get("chance") or {}}
    return part(
        "doubt", "Luck", "Could it be luck?", lead, [grid("", columns, [row for row in rows if row], fold=False, numbers=numbers)]
    ), []


def _sharpe(facts: dict) -> list[list]:
    usual = "Chance that the true Sharpe is positive, given length, skew and fat tails; 95 % is usual."
    deflated = f"The same against the best of {facts.get('trials', '?')} fits without skill."
    return [
        ["Is the Sharpe ratio above 0?", "Probabilistic Sharpe", shown(facts.get("probabilistic_sharpe"), "percent1"), usual],
        ["… also after choosing the best?", "Deflated Sharpe", shown(facts.get("deflated_sharpe"), "percent1"), deflated],
    ]


def _track_record(facts: dict) -> list:
    wanted, held = facts.get("track_record_sessions"), facts.get("sessions")
    answer = "no length is enough" if wanted is None else f"{shown(wanted, 'count')} sessions"
    return [
        "How long a record would prove it?",
        "Minimum track record",
        answer,
        f"Sessions until the probabilistic Sharpe reaches 95 %; there are {held or '?'} now.",
    ]


def _pbo(facts: dict) -> list:
    answer = facts.get("note") or shown(facts.get("probability"), "percent1")
    return [
        "Does the best stay good?",
        "Probability of overfitting",
        answer,
        f"How often the best in one half of the sessions is below the median in the other, over {facts.get('over', 'the trials')}; "
        "below 50 % is better than chance.",
    ]


def _spa(facts: dict) -> list:
    value = facts.get("p_value")
    answer = "not enough evidence" if value is None else "p < 0.001" if value < 0.001 else f"p = {shown(value, 'ratio')}"
    return [
        f"Does any family beat {facts.get('against', 'the benchmark')}?",
        "Superior ability (SPA)",
        answer,
        "Chance of so large a lead if none was better, with all families counted; below 0.05 is usual.",
    ]


def _set(found: Found, facts: dict) -> list:
    sizes = facts.get("model_confidence_set") or {}
    names = [name for name, size in sizes.items() if size is not None and size > CONFIDENCE_SIZE]
    answer = ", ".join(names) if names else "not enough evidence"
    inside = f"{found.challenger} is {'' if found.challenger in names else 'not '}among them. " if names else ""
    return [
        "Which families could be the best?",
        "Model confidence set",
        answer,
        f"{inside}At 90 % confidence these cannot be told from the best.",
    ]


def _chance(facts: dict) -> list:
    if not facts:
        return []
    low, middle, high = (list(facts.get("sharpe_5_50_95") or []) + [None] * 3)[:3]
    return [
        "Would the same trading without knowledge do?", "Random portfolios beaten", shown(facts.get("share_beaten"), "percent1"),
        f"Of {facts.get('draws', 0)} portfolios with the same turnover; their Sharpe: {shown(low, 'annual')} … {shown(high, 'annual')}, "
        f"median {shown(middle, 'annual')}.",
    ]  # fmt: skip
