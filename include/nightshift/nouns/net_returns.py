"""What every portfolio earned, session by session: `session, part, <name>…`, beside an evaluation. The only reader and writer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np


@dataclass(frozen=True, eq=False)
class Returns:
    """Net return fractions of every portfolio, one row a session."""

    FILE: ClassVar[str] = "returns.parquet"

    sessions: tuple[str, ...]  # ISO dates
    part: tuple[str, ...]  # validate | test
    of: dict[str, np.ndarray]

    def only(self, part: str) -> Returns:
        """The sessions of one part."""
        keep = np.array([p == part for p in self.part], dtype=bool)
        sessions = tuple(s for s, wanted in zip(self.sessions, keep, strict=True) if wanted)
        return Returns(sessions, (part,) * len(sessions), {name: values[keep] for name, values in self.of.items()})

    def write(self, folder: Path) -> None:
        """Write the table, each part a piece of its own."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = []
        for part in dict.fromkeys(self.part):
            one = self.only(part)
            session = pa.array(np.array(one.sessions, dtype="datetime64[D]"))
            tables.append(pa.table({"session": session, "part": pa.array(one.part), **one.of}))
        pq.write_table(pa.concat_tables(tables), folder / self.FILE, compression="zstd")

    @classmethod
    def read(cls, folder: Path) -> Returns | None:
        """The table in a folder; None where nothing was traded yet."""
        if not (folder / cls.FILE).is_file():
            return None
        import pyarrow.parquet as pq

        table = pq.read_table(folder / cls.FILE)
        of = {name: table[name].to_numpy(zero_copy_only=False).astype(float) for name in table.column_names[2:]}
        return cls(tuple(str(session)[:10] for session in table["session"].to_pylist()), tuple(table["part"].to_pylist()), of)
