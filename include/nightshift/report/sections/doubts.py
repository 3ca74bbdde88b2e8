"""Could it be luck? The overfitting numbers, each with its question and how to read it."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.nouns.questions import BacktestOverfitting, Chance, Overfitting, SkillGap, SuperiorAbility, Switch
from nightshift.report.drawing.numbers import shown
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Section, column, grid, section

CONFIDENCE_SIZE = 0.10  # families above it stay in the model confidence set


def doubt(found: Found, asked: Examination) -> Section:
    """The section."""
    overfitting = asked.overfitting
    rows = [
        *_sharpe(overfitting),
        _track_record(overfitting),
        _pbo(overfitting.pbo),
        _spa(overfitting.spa),
        _set(found, overfitting),
        _chance(asked.chance),
        *([_by_heart(asked.skill_gap)] if asked.skill_gap else []),
        *([_switch(asked.switch)] if asked.switch else []),
    ]
    columns = [column("Question"), column("Measure", "text"), column("Answer", "text"), column("How to read it", "text")]
    lead = f"{found.challenger} was chosen among {overfitting.trials} fits. The best of many looks better than it is."
    numbers = {"overfitting": overfitting.model_dump(), "chance": asked.chance.model_dump()}
    return section("doubt", "Luck", "Could it be luck?", lead, [grid("", columns, rows, fold=False, numbers=numbers)])


def _sharpe(overfitting: Overfitting) -> list[list]:
    usual = "Chance that the true Sharpe is positive, given length, skew and fat tails; 95 % is usual."
    deflated = f"The same against the best of {overfitting.trials} fits without skill."
    return [
        ["Is the Sharpe ratio above 0?", "Probabilistic Sharpe", shown(overfitting.probabilistic_sharpe, "percent1"), usual],
        ["… also after choosing the best?", "Deflated Sharpe", shown(overfitting.deflated_sharpe, "percent1"), deflated],
    ]


def _track_record(overfitting: Overfitting) -> list:
    wanted = overfitting.track_record_sessions
    answer = "no length is enough" if wanted is None else f"{shown(wanted, 'count')} sessions"
    return [
        "How long a record would prove it?",
        "Minimum track record",
        answer,
        f"Sessions until the probabilistic Sharpe reaches 95 %; there are {overfitting.sessions} now.",
    ]


def _pbo(pbo: BacktestOverfitting) -> list:
    return [
        "Does the best stay good?",
        "Probability of overfitting",
        pbo.note or shown(pbo.probability, "percent1"),
        f"How often the best in one half of the sessions is below the median in the other, over {pbo.over}; "
        "below 50 % is better than chance.",
    ]


def _spa(spa: SuperiorAbility) -> list:
    value = spa.p_value
    answer = "not enough evidence" if value is None else "p < 0.001" if value < 0.001 else f"p = {shown(value, 'ratio')}"
    return [
        f"Does any family beat {spa.against}?",
        "Superior ability (SPA)",
        answer,
        "Chance of so large a lead if none was better, with all families counted; below 0.05 is usual.",
    ]


def _set(found: Found, overfitting: Overfitting) -> list:
    names = [name for name, size in overfitting.model_confidence_set.items() if size is not None and size > CONFIDENCE_SIZE]
    answer = ", ".join(names) if names else "not enough evidence"
    inside = f"{found.challenger} is {'' if found.challenger in names else 'not '}among them. " if names else ""
    return [
        "Which families could be the best?",
        "Model confidence set",
        answer,
        f"{inside}At 90 % confidence these cannot be told from the best.",
    ]


def _chance(chance: Chance) -> list:
    low, middle, high = (shown(sharpe, "annual") for sharpe in chance.sharpe_5_50_95)
    return [
        "Would the same trading without knowledge do?", "Random portfolios beaten", shown(chance.share_beaten, "percent1"),
        f"Of {chance.draws} portfolios with the same turnover; their Sharpe: {low} … {high}, median {middle}.",
    ]  # fmt: skip


def _by_heart(gap: SkillGap) -> list:
    return [
        "Does it know its rows by heart?", "Skill, learned and unseen", f"{shown(gap.learned, 'ratio')} and {shown(gap.unseen, 'ratio')}",
        f"On its last {gap.rows} learned rows and on validation rows; what is lost between them was learned by heart.",
    ]  # fmt: skip


def _switch(switch: Switch) -> list:
    never = "no number of sessions is enough" if switch.repaid_sessions is None else f"{shown(switch.repaid_sessions, 'count')} sessions"
    return [
        "Is the change worth its cost?", "Sessions that repay the switch", never,
        f"Changing positions trades {shown(switch.turnover_fraction, 'percent')} of the equity and costs "
        f"{shown((switch.cost_fraction or 0.0) * 1e4, 'bps')}; the lead over the champion on the test sessions repays it.",
    ]  # fmt: skip
