"""Could anything have been promoted at all? A gate that refuses everybody for the same reason, night after night, is no gate but a wall."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.look import LookEntry
from nightshift.nouns.verdict_record import Verdict

NIGHTS = 20  # a trading month
LEAD = "sharpe_annual above_champion_by"  # standing below the bound is what most nights are for: no wall


def alarm(looks: Sequence[LookEntry], verdict: Verdict) -> str:
    """Which check has stood against every challenger for a trading month or more; empty when something could have been promoted."""
    against = [entry.look.blocking for entry in looks]
    tonight = tuple(check.name for check in verdict.checks if check.passed is not True)
    return wall([*against, tonight]) if verdict.challenger else ""


def wall(blocking: Sequence[Sequence[str]]) -> str:
    """The sentence about the check that blocked all of the last nights; empty where there is none.

    >>> wall([("accuracy at_least",)] * 25)
    'nothing could have been promoted for 25 nights: accuracy at_least stood against every challenger'
    >>> wall([("accuracy at_least",)] * 19), wall([(LEAD,)] * 250)
    ('', '')
    """
    longest = {name: _run(blocking, name) for name in (blocking[-1] if blocking else ()) if name != LEAD}
    name = max(longest, key=lambda key: longest[key], default="")
    nights = longest.get(name, 0)
    return f"nothing could have been promoted for {nights} nights: {name} stood against every challenger" if nights >= NIGHTS else ""


def _run(blocking: Sequence[Sequence[str]], name: str) -> int:
    """For how many of the last nights, without a break, the check blocked."""
    count = 0
    for checks in reversed(blocking):
        if name not in checks:
            return count
        count += 1
    return count
