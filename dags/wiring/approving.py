"""A person's word before a release, asked for in the Airflow UI where the market file wants one. No answer in time is a no.

Asked about what passed every gate, and about what is held as too good to be true; never in a dry run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param

from nightshift.config import Market

if TYPE_CHECKING:
    from nightshift.nouns.verdict_record import Verdict

YES, NO = "Release it", "Keep what is served"
_WHY = Param(None, type=["null", "string"], maxLength=500, title="Why", description="Kept in the ledger, or with the refusal.")


@dataclass(frozen=True)
class Word:
    """What a person answered, or that nobody did."""

    who: str  # empty: nobody
    releases: bool
    why: str

    def said_of(self, verdict: Verdict) -> dict[str, Any]:
        """What the ledger is told of a yes; of a verdict that is held it is this word that releases."""
        if verdict.promotes:
            return {"who": f"gate, approved by {self.who}", "why": self.why}
        return {"who": self.who, "why": self.why or "looked at and approved in the Airflow UI", "force": True}


def approval(market: Market, judged: Any) -> tuple[Any, ...]:
    """That a person is asked, and the answer of the task that waits for it; nothing where the market wants no approval."""
    wanted = market.serving.approval
    if wanted is None:
        return ()
    from wiring.approve_operator import Approve

    ask = Approve(
        question_of=question_of, task_id="approve", subject="", options=[YES, NO], defaults=NO,
        response_timeout=dt.timedelta(hours=wanted.hours),
        assigned_users=[{"id": user, "name": user} for user in wanted.by] or None, params={"why": _WHY}, execution_timeout=None,
        doc_md=__doc__,
    )  # fmt: skip
    judged >> ask
    return True, ask.output


def question_of(judged: str, dry_run: bool) -> tuple[str, str] | None:
    """Headline and text of what is asked, its report made before; none where nothing could be released."""
    from nightshift.report.lines import verdict_lines
    from nightshift.running import stages
    from nightshift.storage import store
    from wiring.links import page_of

    verdict = stages.decision(judged)
    if dry_run or not (verdict.promotes or verdict.held):
        return None
    page = stages.report(judged)
    lines = [*verdict_lines.whole(verdict), f"report: {page_of(page) or store.path(page)}"]
    return f"{verdict.challenger}: {verdict.headline}", "\n".join(f"- {line.strip()}" for line in lines)


def word_of(answer: Mapping[str, Any] | None) -> Word:
    """What came of asking.

    >>> word_of({"chosen_options": ["Release it"], "params_input": {"why": "looked"}, "responded_by_user": {"id": "1", "name": "ada"}})
    Word(who='ada', releases=True, why='looked')
    >>> word_of({"chosen_options": ["Keep what is served"], "params_input": {}, "responded_by_user": None})
    Word(who='', releases=False, why='')
    >>> word_of(None)
    Word(who='', releases=False, why='')
    """
    if not answer:
        return Word("", False, "")
    user = answer.get("responded_by_user") or {}
    why = (answer.get("params_input") or {}).get("why") or ""
    return Word(str(user.get("name") or ""), answer["chosen_options"] == [YES], why.strip())
