"""Who is who in the night, as the page colours and orders them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.nouns.night_roles import HOLD, Role

if TYPE_CHECKING:
    from nightshift.report.gather import Found


def role_of(found: Found, name: str) -> Role:
    """The role of a name, which decides its colour everywhere."""
    return found.roles.of(name)


def drawn_first(found: Found, names: list[str]) -> list[str]:
    """Names by importance: challenger, champion, buy and hold, best naive …, then the other candidates, then cash."""
    return found.roles.in_order(names)


def compared(found: Found) -> list[str]:
    """The columns of the headline table: challenger, champion, the naive rules, buy and hold."""
    measured = list(found.evaluation.measures["test"]) if found.evaluation else []
    chosen = [name for name in drawn_first(found, measured) if role_of(found, name) in {"challenger", "champion", "naive"}]
    return chosen[:5] + [name for name in (HOLD,) if name in measured]
