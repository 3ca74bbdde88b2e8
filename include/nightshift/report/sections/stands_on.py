"""What the verdict stands on: the lead, what would promote it, the error budget, how often was looked, and what waiting can show."""

from __future__ import annotations

from nightshift.nouns.standing import Standing
from nightshift.report.drawing.chart import Axis, Chart, Series, clean
from nightshift.report.drawing.numbers import interval, shown
from nightshift.report.gather import Found
from nightshift.report.lines.standing_words import share

LOOKS = "z_by_look"
_DOTS_AT_MOST = 40  # looks; beyond, a line alone is clearer
_FEW = 6  # up to so many, a line alone might have nowhere to go


def stands_on(found: Found) -> dict | None:
    """The rows of the table, and the numbers behind them; none for a night of before there was a budget."""
    at = found.verdict.standing if found.verdict else None
    if at is None:
        return None
    rows = (_evidence(at), _lead(at), _crossing(at), _budget(at), _looks(at), _sessions(found, at), _waiting(at))
    return {"rows": [dict(zip(("name", "value", "note"), row, strict=True)) for row in rows], "numbers": at.model_dump(mode="json")}


def z_by_look(found: Found) -> list[Chart]:
    """The lead's z against the one that promotes, look by look of this incumbency."""
    looks = [entry.look for entry in found.looks]
    z, bound = (clean([getattr(look, name) for look in looks]) for name in ("z", "bound"))
    if not any(value is not None for value in z) or found.verdict is None or found.verdict.standing is None:
        return []
    style, asked = ("dotted" if len(looks) <= most else "line" for most in (_DOTS_AT_MOST, _FEW))
    lines = (Series("z of the lead", z, "challenger", style=style), Series("z that promotes", bound, "reference", style=asked))
    apart = tuple(place for place in range(1, len(looks)) if looks[place].recipe != looks[place - 1].recipe)
    return [
        Chart(
            LOOKS, "How sure the lead is, look by look", _says(found, lifted=bool(apart)),
            Axis(sessions=tuple(entry.session for entry in found.looks)), Axis("", "annual", least=0.0),
            tuple(line for line in lines if any(value is not None for value in line.y)), breaks=apart,
        )
    ]  # fmt: skip


def _says(found: Found, *, lifted: bool) -> str:
    version = found.looks[-1].look.opponent
    against = f"champion {version}" if version else "the naive rules"
    said = f"Every look against {against} until tonight. A lead promotes once its line is at or above the other."
    return f"{said} The lines are lifted where another recipe was looked at." if lifted else said


def _evidence(at: Standing) -> tuple[str, str, str]:
    since = f"since {at.first_session}, " if at.first_session else ""
    note = f"{since}against {at.against or 'nobody'}; {at.new_sessions} new tonight"
    return "Evidence", f"{shown(at.n_sessions, 'count')} sessions", note


def _lead(at: Standing) -> tuple[str, str, str]:
    ends = interval(at.low, at.high, "annual")
    margin = f"; more than {shown(at.margin_annual, 'annual')} is asked" if at.margin_annual else ""
    note = f"{ends} at 95 %{margin}" if ends else "not known yet"
    return "Lead in annual Sharpe", shown(at.lead_annual, "annual", signed=True), note


def _crossing(at: Standing) -> tuple[str, str, str]:
    z = f"z {shown(at.z, 'annual')}"
    if at.bound is not None:
        return "To promote tonight", f"{z} of {shown(at.bound, 'annual')}", "the lead over its own doubt, and what is needed"
    if at.n_sessions < at.first_look_sessions:
        return "To promote tonight", "nothing can", f"a first look needs {at.first_look_sessions} sessions of evidence"
    return "To promote tonight", "nothing can", f"{z}, but this look may spend nothing of the budget"


def _budget(at: Standing) -> tuple[str, str, str]:
    spent = f"{share(at.spent_before_fraction)} before tonight, {share(at.spent_fraction)} by this look"
    whole = at.spent_before_fraction + at.spent_fraction
    return "Error budget", f"{share(whole)} of {share(at.budget_fraction)} spent", f"{spent}; it lasts until {at.period_until}"


def _looks(at: Standing) -> tuple[str, str, str]:
    ever = at.trials_before + at.trials
    return "Looks", f"number {at.number} of this period", f"{at.trials} fits tonight, {shown(ever, 'count')} ever, to choose from"


def _sessions(found: Found, at: Standing) -> tuple[str, str, str]:
    tested = found.evaluation.sessions["test"].sessions if found.evaluation else None
    of = f" of {tested}" if tested else ""
    note = f"by earlier looks; {at.excluded_sessions} left out because one of the two had learned from them"
    return "Test sessions", f"{at.reused_sessions}{of} seen before", note


def _waiting(at: Standing) -> tuple[str, str, str]:
    crossed = at.bound is not None and at.z is not None and at.z >= at.bound
    told = "waiting would not tell" if at.more_sessions is None else f"about {shown(at.more_sessions, 'count')} would tell"
    waits = "none: it promotes" if crossed else told
    finds = "" if at.detectable_annual is None else f"a lead of {shown(at.detectable_annual, 'annual')} is found in four of five periods"
    return "Sessions to wait", waits, finds or "nothing is left of the budget to find a lead with"
