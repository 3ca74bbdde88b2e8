"""Looks as `weigh` reads them, without what it does not: the assay has millions, and the ledger's other facts decide nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nightshift.nouns.look import Look, LookEntry
from nightshift.nouns.standing import Standing

RECIPE, OPPONENT = "recipe", "opponent"
_LOOK = Look(
    recipe=RECIPE, opponent=OPPONENT, period_from="", sessions=(), net_returns={}, n_sessions=0, horizon_sessions=0, lead_annual=None,
    z=None, bound=None, spent_fraction=0.0, trials=1, reused_sessions=0, decision="ABSTAIN", headline="", partial="", forced="",
)  # fmt: skip
_ENTRY = LookEntry(market="made", night="", session="", as_of="", who="assay", at="", look=_LOOK, previous_hash="", hash="")


def entry(period_from: str, sessions: tuple[str, ...], net_returns: Mapping[str, np.ndarray], **counted: float | None) -> LookEntry:
    """A look that brought this evidence; the arrays stay what they are."""
    look = _LOOK.model_copy(update={"period_from": period_from, "sessions": sessions, "net_returns": dict(net_returns), **counted})
    return _ENTRY.model_copy(update={"look": look})


def counted(found: Standing) -> dict[str, float | None]:
    """What later looks read of a standing besides the evidence."""
    names = ("n_sessions", "horizon_sessions", "bound", "spent_fraction")
    return {name: getattr(found, name) for name in names}
