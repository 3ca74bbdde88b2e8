"""What identifies a result: the policy it was made under, and the code."""

from __future__ import annotations

from pathlib import Path

from nightshift.config import Market
from nightshift.storage import store


def policy(market: Market) -> str:
    """sha256 of what decides a night; alert lists and schedules do not change a result."""
    return store.fingerprint(market.model_dump(mode="json", exclude={"alerts", "schedule", "owner", "title"}))


def code() -> str:
    """sha256 over the library's own source: other code is another night."""
    package = Path(__file__).parents[1]
    return store.fingerprint({f.relative_to(package).as_posix(): store.sha256_of(f) for f in sorted(package.rglob("*.py"))})
