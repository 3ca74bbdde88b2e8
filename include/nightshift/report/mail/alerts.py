"""What is told by mail, answer first: what happened, what it means for what is served, what to do. No sending here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.report.mail.writing import Mail, written


@dataclass(frozen=True)
class Happening:
    """The run that a mail is about."""

    market: str
    run: str
    as_of: str = ""
    log_url: str = ""
    report: str = ""  # the file
    page: str = ""  # the same in the Airflow UI
    dag: str = ""  # which of the market's, in words: "daily retrain"
    night: str = ""  # its name, for what is typed about it
    signals: tuple[tuple[str, str], ...] = ()  # what is said of the next session

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """What is known of where to look, each with its name."""
        found = (
            ("report", self.page or self.report),
            ("file", self.report if self.page else ""),
            ("log", self.log_url),
            ("run", self.run),
            ("as of", self.as_of),
        )
        return tuple((name, value) for name, value in found if value)


@dataclass(frozen=True)
class _Judged:
    where: Happening
    verdict: Verdict
    loud: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]  # the data account
    standing: tuple[tuple[str, str], ...]  # evidence, budget, and what it waits for
    checks: tuple[tuple[str, str], ...]
    command: str  # with which a person releases what is held
    version: str
    dry_run: bool
    kept_out: str  # why a release that passed every gate was not let in


@dataclass(frozen=True)
class _NoNews:
    where: Happening
    newest_session: str
    served: str
    decision: str
    earlier: str


@dataclass(frozen=True)
class TakenBack:
    """What a person took back, and what became of it: a rollback, or a retraction with what followed from it."""

    version: str | None  # what is served now; none: nothing
    left: str | None  # what was served before
    retracted: str | None  # none: it was only rolled back
    at: str
    who: str
    why: str
    passed_over: tuple[str, ...] = ()  # each with why it could not take over


@dataclass(frozen=True)
class _TakenBack:
    where: Happening
    said: TakenBack


@dataclass(frozen=True)
class Words:
    """What is said beside a verdict."""

    forced: str = ""  # by whose word what is served was let in, and why
    hunted: str = ""  # what the leak hunt says
    kept_out: str = ""  # why the fence did not let the release in


_SILENT = Words()


def verdict(
    where: Happening, judged: Verdict, version: str = "", dry_run: bool = False, account: DataAccount | None = None, words: Words = _SILENT
) -> Mail:
    """The night's PROMOTE, REJECT or ABSTAIN with the numbers that decided.

    `account`: of the night's data.

    >>> judged = Verdict(decision="REJECT", headline="accuracy 0.51 is below 0.60", challenger="xgboost", champion_version=None)
    >>> verdict(Happening("demo", "scheduled__1", as_of="2026-11-19"), judged).subject
    '[nightshift][demo] REFUSED xgboost 2026-11-19: accuracy 0.51 is below 0.60'
    """
    from nightshift.report.lines import data_lines, verdict_lines
    from nightshift.report.lines.loud import held_command, loud

    known = tuple((one.word, one.says) for one in loud(judged, kept_out=words.kept_out))
    served = (("FORCED", f"version {version} is served against its verdict, by {words.forced}"),) if words.forced else ()
    standing = (*verdict_lines.named(judged), *((("leak hunt", words.hunted),) if words.hunted and judged.held else ()))
    command = held_command(where.market, where.night) if judged.held and where.night else ""
    checks, data = tuple(map(_told, judged.checks)), data_lines.rows(account) if account else ()
    return written("verdict", _Judged(where, judged, (*served, *known), data, standing, checks, command, version, dry_run, words.kept_out))


def no_new_bar(where: Happening, news: NewsRecord) -> Mail:
    """A night that rests on an earlier answer, because no bar is new.

    >>> heard = NewsRecord(has_news=False, why="", newest_session="2026-11-18", rests_on="demo/nights/a", decision="REJECT", served="1.0.0")
    >>> no_new_bar(Happening("demo", "scheduled__1", as_of="2026-11-19"), heard).subject
    '[nightshift][demo] NO NEW BAR 2026-11-19: the newest is of 2026-11-18; 1.0.0 keeps serving'
    """
    earlier = news.rests_on.rsplit("/", maxsplit=1)[-1]
    return written("no_news", _NoNews(where, news.newest_session, news.served, news.decision, earlier))


def rollback(where: Happening, said: TakenBack) -> Mail:
    """Another version is served again, by somebody's word."""
    return written("rollback", _TakenBack(where, said))


def retraction(where: Happening, said: TakenBack) -> Mail:
    """A version never serves again, by somebody's word."""
    return written("retraction", _TakenBack(where, said))


def _told(check: Check) -> tuple[str, str]:
    """(state, reason): every reason of the gate carries value and limit, and most name the metric.

    >>> asked = {"metric": "f1", "must_be": "at_least", "limit": 0.5, "value": None}
    >>> _told(Check(**asked, passed=None, reason="not enough evidence: 12 of 60 sessions"))
    ('not enough evidence', 'f1: 12 of 60 sessions')
    """
    state = "HELD" if check.held and check.passed is None else {True: "passed", False: "FAILED", None: "not enough evidence"}[check.passed]
    names = (check.metric, check.metric.replace("_", " ")) if check.metric else ()
    named = not names or any(re.search(rf"\b{re.escape(name)}\b", check.told) for name in names)
    return state, check.told if named else f"{check.metric}: {check.told}"
