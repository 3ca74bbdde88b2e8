"""Tables of scores, their only reader and writer.

One name:   `symbol, session, part, score`, beside a model.
Many names: `symbol, session, part, label, <name>…`, where everyone is compared; NaN where a name was not asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from nightshift.errors import Damaged
from nightshift.nouns.panel import Panel, Rows
from nightshift.nouns.score_rows import read_rows, write_rows

_FILE = "scores.parquet"


@dataclass(frozen=True, eq=False)
class Scores:
    """What one model said: a score a row, on a panel's axes."""

    FILE: ClassVar[str] = _FILE
    OF_MODEL: ClassVar[str] = "model_scores"  # the folder of what the model itself said, where a family's scores are its recipe's

    rows: Rows
    part: np.ndarray  # str (n,): validate, test or latest (sessions whose outcome is not known yet)
    score: np.ndarray  # float64 (n,)

    @property
    def parts(self) -> dict[str, Scores]:
        """The rows of each part that has any: the batches in which training asked."""
        return {part: self._cut(self.part == part) for part in sorted(set(self.part.tolist()))}

    def last_sessions(self, n_sessions: int) -> Scores:
        """Only the rows of the last few sessions that have any."""
        return self._cut(np.isin(self.rows.session, np.unique(self.rows.session)[-n_sessions:]))

    @property
    def laid_out(self) -> np.ndarray:
        """The scores on (symbols, sessions); NaN elsewhere."""
        return self.rows.scattered(self.score)

    @property
    def there(self) -> np.ndarray:
        """True on (symbols, sessions) where there is a score, be it a number or not."""
        return self.rows.scattered(np.zeros(len(self.rows))) == 0.0

    def write(self, folder: Path) -> None:
        """Write the table of one name, in the order of the rows."""
        write_rows(folder / self.FILE, self.rows, self.part, {"score": np.asarray(self.score, np.float64)}, "snappy")

    @classmethod
    def read(cls, folder: Path, panel: Panel, *, only_there: bool = False) -> Scores:
        """The table of one name, ordered by session, then symbol.

        Rows that the panel lacks are passed over; where there must be none, `only_there` refuses them.
        """
        rows, known, columns = read_rows(folder / _FILE, panel, ("part", "score"))
        if only_there and not known.all():
            found, step = f"{int((~known).sum())} others", f"move {folder} aside and run the night again"
            raise Damaged(expected=f"only rows of the panel in {folder / _FILE}", found=found, next_step=step)
        return cls(rows, columns["part"], columns["score"].astype(np.float64))

    @classmethod
    def of_model(cls, folder: Path, panel: Panel) -> Scores:
        """What training heard from the very model in a family's folder: what a release of it has to answer again."""
        own = folder / cls.OF_MODEL
        return cls.read(own if own.is_dir() else folder, panel, only_there=True)

    def _cut(self, kept: np.ndarray) -> Scores:
        return Scores(Rows(self.rows.panel, self.rows.symbol[kept], self.rows.session[kept]), self.part[kept], self.score[kept])


@dataclass(frozen=True, eq=False)
class ScoresByName:
    """What everyone said about the same rows, on a panel's axes."""

    rows: Rows
    part: np.ndarray  # str (n,)
    of: dict[str, np.ndarray]  # name -> float64 (n,)

    def laid_out(self, name: str) -> np.ndarray:
        """One name's scores on (symbols, sessions); NaN elsewhere."""
        return self.rows.scattered(self.of[name])

    def write(self, folder: Path) -> None:
        """Write the table of many names, with the outcomes that the panel knows."""
        write_rows(folder / _FILE, self.rows, self.part, {"label": self.rows.label, **self.of}, "zstd")

    @classmethod
    def read(cls, folder: Path, panel: Panel) -> ScoresByName:
        """The table of many names, ordered by session, then symbol; rows that the panel lacks are passed over."""
        rows, _, columns = read_rows(folder / _FILE, panel)
        part = columns.pop("part")
        return cls(rows, part, {name: values for name, values in columns.items() if name != "label"})

    @classmethod
    def laid_by_part(cls, panel: Panel, asked: dict[str, tuple[np.ndarray, np.ndarray]], of: dict[str, np.ndarray]) -> ScoresByName:
        """From scores on (symbols, sessions): a part's sessions, and which of their rows (symbols, sessions) are in the table."""
        rows = [np.nonzero(wanted[:, at].T) for at, wanted in asked.values()]
        session = np.concatenate([at[where] for (where, _), (at, _) in zip(rows, asked.values(), strict=True)])
        symbol = np.concatenate([where for _, where in rows])
        part = np.repeat(list(asked), [len(where) for where, _ in rows])
        chosen = Rows(panel, symbol.astype(np.int32), session.astype(np.int32))
        return cls(chosen, part, {name: score[symbol, session] for name, score in of.items()})


def said(folder: Path, session: dt.date, name: str) -> tuple[tuple[str, ...], np.ndarray]:
    """(symbols, scores) of one session, from the table of one name or of many; nothing where `name` was not asked."""
    import pyarrow.parquet as pq

    names = pq.read_schema(folder / _FILE).names
    wanted = "score" if "score" in names else name
    if wanted not in names:
        return (), np.empty(0)
    table = pq.read_table(folder / _FILE, columns=["symbol", wanted], filters=[("session", "==", session)])
    score = table[wanted].to_numpy().astype(np.float64)
    known = np.isfinite(score)
    return tuple(str(s) for s, there in zip(table["symbol"].to_pylist(), known, strict=True) if there), score[known]
