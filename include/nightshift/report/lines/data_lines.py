"""The data account in plain lines: for the command line, the page and the mail, what matters most first."""

from __future__ import annotations

from nightshift.nouns.data_account import DataAccount, SymbolNote

SURVIVORS = "its symbols were chosen with today's knowledge: who failed or left is missing, so results flatter it"
BY_NAME = ("capital", "volume")  # warnings that have a row of their own, whatever else there is
WARNINGS_NAMED = SYMBOLS_NAMED = 3


def named(account: DataAccount) -> tuple[tuple[str, str], ...]:
    """What is said of the data, each with its name."""
    gone = "; ".join(f"{one.symbol}: {one.why}" for one in account.left_out[:5])
    more = f"; and {len(account.left_out) - 5} more" if len(account.left_out) > 5 else ""
    others = [one for one in account.warnings if one.name not in BY_NAME]
    warned = [(f"warning {n}", one.sentence) for n, one in enumerate(others[:WARNINGS_NAMED], 1)]
    warned += [(one.name, f"{one.sentence}; next: {one.next_step}") for one in account.warnings if one.name in BY_NAME]
    said = (
        ("newest bar", account.age), ("left out", f"{gone}{more}"), ("mended", _some(account.mended, len(account.mended))),
        ("suspected", _some(account.suspected, account.suspicions)),
        ("revisions", account.revisions), *warned, ("universe", SURVIVORS if account.survivors_only else ""),
    )  # fmt: skip
    return tuple((name, says) for name, says in said if says)


def _some(rows: tuple[SymbolNote, ...], n: int) -> str:
    """The first few of all, by name."""
    some = "; ".join(f"{one.symbol} {one.session} {one.why}" for one in rows[:SYMBOLS_NAMED])
    return f"{some}; and {n - SYMBOLS_NAMED} more" if n > SYMBOLS_NAMED else some


def lines(account: DataAccount) -> list[str]:
    """The same under one headline."""
    return [f"data      {account.sentence}", *(f"          {name}: {says}" for name, says in named(account))]


def rows(account: DataAccount) -> tuple[tuple[str, str], ...]:
    """The same as the first rows of a mail."""
    return (("data", account.sentence), *named(account))
