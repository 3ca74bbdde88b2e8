"""Tables of scores and returns: what is written is read again, by axes, by part, by session; tables of earlier versions too."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.errors import Damaged
from nightshift.nouns import scores
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.panel import Panel, Rows
from nightshift.nouns.scores import Scores, ScoresByName

DAYS = np.array(["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"], dtype="datetime64[D]")
LAST = dt.date(2026, 11, 19)


def panel(symbols=("A", "B"), days=DAYS):
    label = np.arange(len(symbols) * len(days), dtype=float).reshape(len(symbols), len(days))
    return Panel(symbols, days, (), np.zeros((*label.shape, 0), np.float32), label, 1)


def rows(of, *places):
    symbol, session = (np.array(axis, dtype=np.int32) for axis in zip(*places, strict=True))
    return Rows(of, symbol, session)


def one_name():
    """As training asks: part after part, in each by session, then symbol."""
    asked = rows(panel(), (0, 0), (1, 0), (0, 1), (1, 2), (0, 3), (1, 3))
    parts = np.array(["validate"] * 3 + ["test"] + ["latest"] * 2)
    return Scores(asked, parts, np.array([0.1, 0.2, 0.3, 0.4, 0.5, np.nan]))


def many_names():
    every, known = np.arange(4), np.ones((2, 4), dtype=bool)
    asked = {"validate": (every[:2], known), "test": (every[2:3], known), "latest": (every[3:], known & (np.arange(2)[:, None] == 0))}
    of = {"ridge": np.arange(8.0).reshape(2, 4), "champion": np.where(np.arange(8) % 3, 0.5, np.nan).reshape(2, 4)}
    return ScoresByName.laid_by_part(panel(), asked, of)


def test_one_name_comes_back_on_the_axes_of_any_panel_that_has_its_rows(tmp_path):
    one_name().write(tmp_path)
    assert pq.read_schema(tmp_path / Scores.FILE).names == ["symbol", "session", "part", "score"]
    found = Scores.read(tmp_path, panel(("C", "B", "A")), only_there=True)
    assert found.rows.symbol.tolist() == [1, 2, 2, 1, 1, 2], "by session, then symbol"
    np.testing.assert_array_equal(found.laid_out[2], [0.1, 0.3, np.nan, 0.5])
    np.testing.assert_array_equal(found.laid_out[1], [0.2, np.nan, 0.4, np.nan])
    np.testing.assert_array_equal(found.there[1], [True, False, True, True])
    assert not found.there[0].any()


def test_one_name_is_cut_by_part_and_to_its_last_sessions(tmp_path):
    one_name().write(tmp_path)
    found = Scores.read(tmp_path, panel())
    assert {part: cut.score.tolist() for part, cut in found.parts.items() if part != "latest"} == {
        "test": [0.4],
        "validate": [0.1, 0.2, 0.3],
    }
    assert found.last_sessions(2).score.tolist()[:2] == [0.4, 0.5]


def test_rows_that_the_panel_lacks_are_passed_over_or_refused(tmp_path):
    one_name().write(tmp_path)
    assert Scores.read(tmp_path, panel(("A",))).score.tolist() == [0.1, 0.3, 0.5]
    assert Scores.read(tmp_path, panel(days=DAYS[1:3])).score.tolist() == [0.3, 0.4]
    with pytest.raises(Damaged, match=r"only rows of the panel in .*scores\.parquet; found 3 others; next: move "):
        Scores.read(tmp_path, panel(("A",)), only_there=True)


def test_many_names_come_back_in_their_order_with_what_was_not_asked_as_unknown(tmp_path):
    written = many_names()
    written.write(tmp_path)
    table = pq.read_table(tmp_path / Scores.FILE)
    assert table.column_names == ["symbol", "session", "part", "label", "ridge", "champion"]
    assert table["part"].to_pylist() == ["validate"] * 4 + ["test"] * 2 + ["latest"]
    assert table["label"].to_pylist() == [0, 4, 1, 5, 2, 6, 3]
    found = ScoresByName.read(tmp_path, panel())
    assert list(found.of) == ["ridge", "champion"]
    np.testing.assert_array_equal(found.laid_out("ridge"), [[0, 1, 2, 3], [4, 5, 6, np.nan]])
    np.testing.assert_array_equal(found.of["champion"], written.of["champion"])


def test_what_was_said_about_one_session_is_found_in_either_table(tmp_path):
    one, many = tmp_path / "one", tmp_path / "many"
    one.mkdir(), many.mkdir()
    one_name().write(one)
    many_names().write(many)
    symbols, score = scores.said(one, LAST, "whatever")
    assert (symbols, score.tolist()) == (("A",), [0.5]), "a score that is not a number was not said"
    symbols, score = scores.said(many, dt.date(2026, 11, 17), "champion")
    assert (symbols, score.tolist()) == (("A", "B"), [0.5, 0.5])
    assert scores.said(many, dt.date(2026, 11, 16), "champion")[0] == ("B",)
    assert scores.said(many, LAST, "nobody")[0] == ()
    assert scores.said(one, dt.date(2026, 11, 20), "whatever")[0] == ()


def test_tables_of_the_first_version_are_read(tmp_path):
    """As they were written before there was a noun: dates, parts in order, one name in `score` or one column a name."""
    base = {"symbol": ["A", "B", "A"], "session": pa.array(DAYS[[1, 1, 3]]), "part": ["test", "test", "latest"]}
    one, many = tmp_path / "one", tmp_path / "many"
    one.mkdir(), many.mkdir()
    pq.write_table(pa.table({**base, "score": [0.6, 0.7, 0.8]}), one / "scores.parquet")
    pq.write_table(pa.table({**base, "label": [1.0, 0.0, np.nan], "ridge": [0.6, 0.7, 0.8]}), many / "scores.parquet", compression="zstd")
    assert Scores.read(one, panel()).score.tolist() == [0.6, 0.7, 0.8]
    assert ScoresByName.read(many, panel()).of["ridge"].tolist() == [0.6, 0.7, 0.8]
    assert ScoresByName.read(many, panel()).part.tolist() == ["test", "test", "latest"]


@pytest.mark.parametrize("made", [one_name, many_names])
def test_nothing_at_all_is_a_table_too_and_the_same_rows_the_same_bytes(made, tmp_path):
    whole = made()
    folders = [tmp_path / name for name in ("first", "second", "empty")]
    for folder in folders:
        folder.mkdir()
    for folder in folders[:2]:
        whole.write(folder)
    assert (folders[0] / Scores.FILE).read_bytes() == (folders[1] / Scores.FILE).read_bytes()
    none = Rows(whole.rows.panel, whole.rows.symbol[:0], whole.rows.session[:0])
    kept = {"score": whole.score[:0]} if isinstance(whole, Scores) else {"of": {name: one[:0] for name, one in whole.of.items()}}
    type(whole)(none, whole.part[:0], **kept).write(folders[2])
    assert len(type(whole).read(folders[2], panel()).rows) == 0


def test_returns_come_back_by_part_and_are_none_before_an_evaluation(tmp_path):
    assert Returns.read(tmp_path) is None
    days = tuple(str(day) for day in DAYS)
    Returns(days, ("validate", "validate", "test", "test"), {"ridge": np.array([0.1, -0.1, 0.0, 0.2]), "cash": np.zeros(4)}).write(tmp_path)
    found = Returns.read(tmp_path)
    assert (found.sessions, list(found.of)) == (days, ["ridge", "cash"])
    assert found.only("test").of["ridge"].tolist() == [0.0, 0.2]
    assert found.only("test").sessions == days[2:]
    assert pq.read_schema(tmp_path / Returns.FILE).field("session").type == pa.date32()
