"""Who is who in the night: challenger, champion, naive rule, benchmark, or another candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.report.gather import Found

BENCHMARKS = ("buy_and_hold", "cash", "random_same_turnover")


def role_of(found: Found, name: str) -> str:
    """The role of a name, which decides its colour everywhere."""
    evaluation = found.evaluation
    if name == found.challenger:
        return "challenger"
    if name == (evaluation.get("champion") or "champion"):
        return "champion"
    if name in evaluation.get("naive", ()):
        return "naive"
    return "benchmark" if name in BENCHMARKS else "candidate"


def drawn_first(found: Found, names: list[str]) -> list[str]:
    """Names by importance: challenger, champion, buy and hold, best naive …, then the other candidates, then cash."""
    rank = {"challenger": 0, "champion": 1, "benchmark": 2, "naive": 3, "candidate": 5}
    late = {"random_same_turnover": 4, "cash": 6}
    return sorted(names, key=lambda name: (late.get(name, rank[role_of(found, name)]), names.index(name)))


def compared(found: Found) -> list[str]:
    """The columns of the headline table: challenger, champion, the naive rules, buy and hold."""
    measured = list(found.evaluation.get("measures", {}).get("test", {}))
    chosen = [name for name in drawn_first(found, measured) if role_of(found, name) in {"challenger", "champion", "naive"}]
    return chosen[:5] + [name for name in ("buy_and_hold",) if name in measured]
