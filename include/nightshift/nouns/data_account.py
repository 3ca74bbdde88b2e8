"""The data account of a night, gathered once: what came in, what is left, what was lost for which reason, and what is to be said of it."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Noun, Record


def counted(n: int, one: str, many: str) -> str:
    """A number with its word.

    >>> counted(1, "symbol", "symbols"), counted(1200, "symbol", "symbols")
    ('1 symbol', '1,200 symbols')
    """
    return f"{n:,} {one if n == 1 else many}"


class Worst(Noun):
    """A symbol and how many of its rows are concerned."""

    symbol: str
    rows: int


class Lost(Noun):
    """Rows that were dropped or repaired for one reason."""

    reason: str
    words: str
    became: Literal["dropped", "repaired"]
    rows: int
    test_rows: int | None  # of them, in sessions that the night is judged on; none: not known
    fraction: float  # of the rows that came in
    limit_fraction: float | None  # none: what limits it is not a share of the rows
    key: str  # of the market file
    worst: tuple[Worst, ...]


class SymbolOut(Noun):
    """A symbol of which nothing is used."""

    symbol: str
    why: str


class SymbolNote(Noun):
    """What is said of a symbol since a session."""

    symbol: str
    session: str
    why: str


class Breach(Noun):
    """Something that the data had to be and is not."""

    name: str
    severity: Literal["critical", "warning"]
    says: str  # how much was found
    allowed: str
    worst: tuple[Worst, ...]
    rows: tuple[str, ...]  # a few of them by name, in words
    key: str  # of the market file, that governs it; empty: none does
    value: str  # what the key is now
    next_step: str

    @property
    def sentence(self) -> str:
        """What was found against what is allowed, for a line."""
        governed = f" ({self.key}: {self.value})" if self.key else ""
        return f"{self.says}; {self.allowed}{governed}"

    @property
    def worst_words(self) -> str:
        """The worst symbols with their rows, or the rows by name; empty: neither is known."""
        return ", ".join(f"{one.symbol} {one.rows:,}" for one in self.worst) or "; ".join(self.rows[:3])


class DataAccount(Record):
    """What every reader of a night is told of its data first."""

    FILE: ClassVar[str] = "data_account.json"

    rows_in: int
    rows_out: int
    symbols_in: int
    symbols_out: int
    first_session: str
    newest_session: str
    session: str  # the one that was asked for
    sessions_behind: int | None  # the newest bar's; none: there is none
    age_hours: float | None
    lost: tuple[Lost, ...]  # what costs most first: rows of the test part, then of the rest
    left_out: tuple[SymbolOut, ...]
    mended: tuple[SymbolNote, ...]  # histories of another scale that was certain
    suspected: tuple[SymbolNote, ...]  # moves that may not be the market's, and are used as they are; the largest first
    suspicions: int  # how many there are
    breaches: tuple[Breach, ...]  # the most important first; the critical ones refuse the night
    survivors_only: bool  # the universe was chosen with today's knowledge
    revisions: str

    @property
    def refusals(self) -> tuple[Breach, ...]:
        """Why the data is refused; none where it is not."""
        return tuple(breach for breach in self.breaches if breach.severity == "critical")

    @property
    def warnings(self) -> tuple[Breach, ...]:
        """What did not stop the night."""
        return tuple(breach for breach in self.breaches if breach.severity == "warning")

    @property
    def sentence(self) -> str:
        """The counts in one line."""
        dropped, repaired = (sum(lost.rows for lost in self.lost if lost.became == what) for what in ("dropped", "repaired"))
        out = f", {counted(len(self.left_out), 'symbol', 'symbols')} left out" if self.left_out else ""
        mended = f", {counted(len(self.mended), 'history', 'histories')} mended" if self.mended else ""
        symbols = f"{self.symbols_out:,} of {self.symbols_in:,} symbols"
        return f"{self.rows_out:,} of {self.rows_in:,} rows, {symbols}; {dropped:,} dropped, {repaired:,} repaired{out}{mended}"

    @property
    def age(self) -> str:
        """How old the newest bar is, against the session that was asked for."""
        if self.sessions_behind is None or self.age_hours is None:
            return "no bar is left"
        behind = f"{counted(self.sessions_behind, 'session', 'sessions')} behind {self.session}" if self.sessions_behind else "as asked for"
        return f"{self.newest_session}, {behind}, {self.age_hours:.1f} hours after its close"
