"""What the night's leak hunt says, to stand beside a verdict that is too good to be true."""

from __future__ import annotations

from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.storage import store
from nightshift.storage.night import Night


def hunted(night: Night) -> str:
    """The hunt's sentence; empty for a night of before there was one."""
    where = night.stage("leak_hunt")
    return night.read(LeakHunt, "leak_hunt").sentence if store.exists(where) else ""
