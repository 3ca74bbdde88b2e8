"""The words of every mail, answer first: what happened, what it means for what is served, what to do. No sending here."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nightshift.errors import NightshiftError

HIDDEN = "•••"
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|TOKEN|SECRET|KEY|CONN", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=://)([^\s/:@]*):([^\s/@]+)@")
_IN_ASSIGNMENT = re.compile(r"""(?i)\b(\w*(?:password|passwd|token|secret|api_?key)\w*["']?\s*[=:]\s*)(["']?)[^\s,;&"']+\2""")
_SHORTEST_SECRET = 6  # shorter values are words such as `true`, and would blank half the mail
_LONGEST_SUBJECT = 160
# Stages at or after which the new release may already be the one that is served.
_AFTER_THE_SWAP = frozenset({"promote", "report", "announce", "rollback"})


@dataclass(frozen=True)
class Mail:
    """One message: a subject of one line, and the same body as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Happening:
    """The run that a mail is about."""

    market: str
    run: str
    as_of: str = ""
    log_url: str = ""
    report: str = ""


def failure(where: Happening, task: str, error: BaseException | str, environment: Mapping[str, str] | None = None) -> Mail:
    """A task or a whole run broke.

    >>> mail = failure(Happening("demo", "scheduled__1", as_of="2026-11-19T21:30:00+00:00"), "check", "disk full")
    >>> mail.subject
    '[nightshift][demo] FAILED check 2026-11-19: disk full'
    """
    told = redact(str(error) or type(error).__name__, os.environ if environment is None else environment)
    kind = "" if isinstance(error, str) else type(error).__name__
    served = (
        "The new release may already be served: `nightshift status` tells."
        if task in _AFTER_THE_SWAP
        else "What was served before is still served; nothing was changed."
    )
    answer = f"The {where.market} run stopped in `{task}`. {served}" if task else f"The {where.market} run failed. {served}"
    rows = [("error", f"{kind}: {told}" if kind else told), *_whereabouts(where)]
    return _mail(where, f"FAILED {task or 'run'}", told, answer, rows, _next_step(error))


def verdict(where: Happening, facts: Mapping, version: str = "", dry_run: bool = False) -> Mail:
    """The night's PROMOTE, REJECT or ABSTAIN with the numbers that decided.

    >>> facts = {"decision": "REJECT", "headline": "accuracy 0.51 is below 0.60", "challenger": "xgboost", "checks": []}
    >>> verdict(Happening("demo", "scheduled__1", as_of="2026-11-19"), facts).subject
    '[nightshift][demo] REFUSED xgboost 2026-11-19: accuracy 0.51 is below 0.60'
    """
    decision, challenger = facts["decision"], facts.get("challenger") or "no challenger"
    word = {"PROMOTE": "PROMOTED", "REJECT": "REFUSED", "ABSTAIN": "ABSTAINED on"}.get(decision, decision)
    word = f"dry run, would have {word}" if dry_run and decision == "PROMOTE" else word
    if decision == "PROMOTE" and not dry_run:
        answer = f"{challenger} passed every gate and is served now{f' as version {version}' if version else ''}."
        advice = "Nothing to do. To take it back: nightshift rollback --market " + where.market
    elif decision == "PROMOTE":
        answer = f"{challenger} passed every gate; this was a dry run, so nothing was released."
        advice = "Run the night without dry run to release it."
    else:
        answer = f"{challenger} was not released. What was served before is still served; the run itself is green."
        advice = "Nothing has to be done tonight. The report shows what would have changed the verdict."
    rows = [("verdict", f"{decision}: {facts['headline']}"), *map(_told, facts.get("checks", ())), *_whereabouts(where)]
    return _mail(where, f"{word} {challenger}", facts["headline"], answer, rows, advice)


def rollback(where: Happening, version: str, who: str, why: str) -> Mail:
    """Another version is served again, by somebody's word."""
    answer = f"{where.market} serves version {version} again."
    rows = [("version", version), ("who", who), ("why", why), *_whereabouts(where)]
    advice = f"nightshift history --market {where.market} shows the ledger entry."
    return _mail(where, f"ROLLED BACK to {version}", why, answer, rows, advice)


def weekly(where: Happening, headline: str, facts: Sequence[tuple[str, str]] = ()) -> Mail:
    """The week's report: what served models predicted against what happened."""
    return _mail(where, "WEEKLY", headline, headline, [*facts, *_whereabouts(where)], "Open the report.")


def redact(text: str, environment: Mapping[str, str]) -> str:
    """The text without passwords in addresses, `password=…` assignments and the values of secret environment variables.

    >>> redact("cannot reach mongodb://bot:hunter22@db/bars", {})
    'cannot reach mongodb://bot:•••@db/bars'
    >>> redact("refused abcdef123456", {"VENDOR_API_KEY": "abcdef123456"})
    'refused •••'
    """
    secrets = {value for name, value in environment.items() if _SECRET_NAME.search(name) and len(value) >= _SHORTEST_SECRET}
    for value in sorted(secrets, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return _IN_ASSIGNMENT.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text))


def _told(check: Mapping) -> tuple[str, str]:
    state = {True: "passed", False: "FAILED", None: "not enough evidence"}[check.get("passed")]
    return f"{check['metric']}", f"{state}: {check['reason']}"  # every reason of the gate carries value and limit


def _whereabouts(where: Happening) -> list[tuple[str, str]]:
    known = (("report", where.report), ("log", where.log_url), ("run", where.run), ("as of", where.as_of))
    return [(name, value) for name, value in known if value]


def _next_step(error: BaseException | str) -> str:
    if isinstance(error, NightshiftError):
        return f"{error.next_step[:1].upper()}{error.next_step[1:]}; then clear the failed task. {_ONCE}"
    return f"Open the log. If the cause has passed, clear the failed task. {_ONCE}"


def _mail(where: Happening, what: str, why: str, answer: str, rows: Sequence[tuple[str, str]], advice: str) -> Mail:
    day = where.as_of[:10]
    subject = _one_line(f"[nightshift][{where.market}] {what}{f' {day}' if day else ''}: {why}")
    text = "\n".join([answer, "", *(f"{name}: {value}" for name, value in rows), "", f"What to do: {advice}", ""])
    cells = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in rows)
    return Mail(subject, text, _PAGE.format(answer=html.escape(answer), cells=cells, advice=html.escape(advice)))


def _one_line(text: str) -> str:
    line = " ".join(text.split())  # a line break in a header would be a second header
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1] + "…"


_ONCE = "A stage already done is not done twice."
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><style>
body{{font:15px/1.5 system-ui,sans-serif;max-width:46em;margin:1.5em}}
table{{border-collapse:collapse}}
th,td{{text-align:left;vertical-align:top;padding:.25em .8em .25em 0;border-bottom:1px solid #8884}}
th{{font-weight:600;white-space:nowrap}}
</style></head><body><p><strong>{answer}</strong></p><table>{cells}</table><p><strong>What to do:</strong> {advice}</p></body></html>
"""
