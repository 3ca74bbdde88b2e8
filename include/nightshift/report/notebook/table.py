"""A table to look at: rows in their order, a frame of pandas or polars on request, plain HTML in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nightshift.report.notebook import html

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

ROWS_SHOWN = 30


@dataclass(frozen=True)
class Table:
    """Columns of equal length; it cannot be changed, a frame made from it is the caller's own.

    >>> table = Table.of_rows(("symbol", "score"), [("AAA", 0.6), ("BBB", None)])
    >>> len(table), table["symbol"], table.row(0)
    (2, ('AAA', 'BBB'), {'symbol': 'AAA', 'score': 0.6})
    >>> table.where(symbol="BBB").to_polars().to_dicts()
    [{'symbol': 'BBB', 'score': None}]
    """

    columns: Mapping[str, Sequence[Any]]
    units: Mapping[str, str] = field(default_factory=dict)  # column -> how its numbers are written in HTML

    @classmethod
    def of_rows(cls, names: Sequence[str], rows: Iterable[Sequence[Any]], units: Mapping[str, str] | None = None) -> Table:
        """The table of some rows."""
        listed = [tuple(row) for row in rows]
        return cls({name: tuple(row[place] for row in listed) for place, name in enumerate(names)}, units or {})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self.row(place) for place in range(len(self)))

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        return tuple(self.columns[name])

    def row(self, place: int) -> dict[str, Any]:
        """One row by its place."""
        return {name: values[place] for name, values in self.columns.items()}

    def where(self, **wanted: object) -> Table:
        """Only the rows in which these columns have these values."""
        rows = [row.values() for row in self if all(row[name] == value for name, value in wanted.items())]
        return Table.of_rows(tuple(self.columns), [tuple(row) for row in rows], self.units)

    def to_frame(self) -> pd.DataFrame:
        """A new pandas frame."""
        import pandas as pd

        return pd.DataFrame({name: list(values) for name, values in self.columns.items()})

    def to_polars(self) -> pl.DataFrame:
        """A new polars frame."""
        import polars as pl

        return pl.DataFrame({name: list(values) for name, values in self.columns.items()}, strict=False)

    def __repr__(self) -> str:
        return f"{len(self)} rows of {', '.join(self.columns)}"

    def _repr_html_(self) -> str:
        rows = [tuple(self.row(place).values()) for place in range(min(len(self), ROWS_SHOWN))]
        more = f"… and {len(self) - ROWS_SHOWN} more rows: .to_frame() has them" if len(self) > ROWS_SHOWN else ""
        return html.table(tuple(self.columns), rows, self.units, more)
