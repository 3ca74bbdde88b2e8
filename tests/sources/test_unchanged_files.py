"""A folder that was read before: whatever was done to its files, the bars or the refusal are those of reading everything."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.data.sources.reading.keeping import unchanged_files
from nightshift.errors import NightshiftError
from nightshift.storage import store

HEAD = "Date,Open,High,Low,Close,Volume\n"
DAYS = sessions.between("XNYS", dt.date(2023, 1, 3), dt.date(2024, 1, 31))
QUERY = Query("XNYS", (), None, dt.date(2024, 2, 1), sessions.utc("2024-02-02"))
EDITS = (
    "append",
    "append other",
    "append day twice",
    "cut line",
    "change",
    "remove",
    "rename",
    "copy",
    "reverse",
    "damage",
    "no end",
    "pack",
)


def lines(seed: int, n: int = 200) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        f"{day},{a:.2f},{a + 2:.2f},{a - 2:.2f},{a + 1:.4f},{int(a * 100)}\n"
        for day, a in zip(DAYS[:n], rng.uniform(20, 90, n), strict=True)
    ]


def bars_of(folder: Path):
    facts = {
        "market": "files",
        "title": "Files",
        "calendar": "XNYS",
        "source": {"kind": "folder", "folder": str(folder)},
        "families": [{"name": "logistic"}],
    }
    try:
        return sources.fetch(Market.model_validate(facts), QUERY)
    except NightshiftError as error:
        return str(error)


def edit(folder: Path, how: str, at: int) -> None:
    files = sorted(folder.iterdir())
    file = files[at % len(files)]
    text = file.read_text()
    rows = text.splitlines(keepends=True)
    day = DAYS[len(rows) - 1]
    match how:
        case "append":
            file.write_text(text + f"{day},50.5,52,49,51.25,1000\n")
        case "append other":
            file.write_text(
                text + [f'{day},"1,050.5",52,49,51,1\n', "01/02/2024,1,2,1,1,1\n", "2024-02-31,1,2,1,1,1\n", f"{day},50;5\n"][at % 4]
            )
        case "append day twice":
            file.write_text(text + rows[-1])
        case "cut line":
            file.write_text("".join(rows[:-1]))
        case "change":
            file.write_text("".join([*rows[:60], rows[60].replace(",", ",9", 1), *rows[61:]]))
        case "remove":
            file.unlink() if len(files) > 1 else None
        case "rename":
            file.rename(folder / f"NEW{at}.csv")
        case "copy":
            shutil.copy(file, folder / f"{file.stem} (1).csv")
        case "reverse":
            file.write_text("".join([rows[0], *rows[:0:-1]]))
        case "damage":
            file.write_text(text.replace(",", ",x", 300))
        case "no end":
            file.write_text(text + f"{day},50.5,52,49,51.25,1000")
        case "pack":
            for pack in store.path("source.files").glob("*/*/*.arrow"):
                pack.write_bytes(pack.read_bytes()[:-at - 1])  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(edits=st.lists(st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 7)), min_size=1, max_size=3), min_size=1, max_size=3))
def test_any_edits_read_as_without_a_pack(tmp_path_factory, edits):
    folder = tmp_path_factory.mktemp("edited") / "bars"
    folder.mkdir()
    for at in range(4):
        (folder / f"S{at}.csv").write_text(HEAD + "".join(lines(at)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NIGHTSHIFT_HOME", str(folder.parent / "home"))
        for step in [[], *edits]:
            for how, at in step:
                edit(folder, how, at)
            patched.setattr(unchanged_files, "WORTH_BYTES", 1 << 60)
            wholly = bars_of(folder)
            patched.setattr(unchanged_files, "WORTH_BYTES", 1)
            again = bars_of(folder)
            assert again == wholly if isinstance(wholly, str) else again.equals(wholly)
            assert len(list((folder.parent / "home" / "source.files").glob("*/*"))) <= 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(unchanged_files, "WORTH_BYTES", 1)
    (tmp_path / "bars").mkdir()
    for at in range(3):
        (tmp_path / "bars" / f"S{at}.csv").write_text(HEAD + "".join(lines(at)))
    bars_of(tmp_path / "bars")
    return tmp_path / "bars"


def test_only_what_is_new_is_read(folder, monkeypatch):
    opened = []
    read = unchanged_files.vendor_table
    monkeypatch.setattr(unchanged_files, "vendor_table", lambda file, *how: opened.append(file.name) or read(file, *how))
    edit(folder, "append", 0)
    edit(folder, "change", 1)
    assert len(bars_of(folder)) == 601
    assert opened == ["S1.csv"]


def test_a_damaged_pack_is_said_and_made_anew(folder, caplog):
    before = bars_of(folder)
    pack = next(store.path("source.files").glob("*/*/0.arrow"))
    pack.write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert bars_of(folder).equals(before)
    assert "damaged, and every file is read anew" in caplog.text
    assert pack.read_bytes() != b"damaged"
