"""The nouns are frozen, ordered and cut without copying the future."""

import numpy as np
import pytest

from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.panel import Panel, rows_of

DAYS = np.arange("2026-01-05", "2026-01-09", dtype="datetime64[D]")


def _bars(sessions=DAYS):
    return Bars(("AAA", "BBB"), sessions, *[np.arange(8.0).reshape(2, 4) + i for i, _ in enumerate(FIELDS)])


def test_bars_cannot_be_written_to():
    bars = _bars()
    with pytest.raises(ValueError, match="read-only"):
        bars.close[0, 0] = 1.0
    with pytest.raises(AttributeError):
        bars.close = bars.open


def test_bars_do_not_hold_on_to_the_callers_array():
    mine = np.ones((2, 4))
    bars = Bars(("AAA", "BBB"), DAYS, mine, mine, mine, mine, mine)
    mine[0, 0] = 9.0
    assert bars.close[0, 0] == 1.0


@pytest.mark.parametrize("sessions", [DAYS[::-1], DAYS[[0, 1, 1, 2]]])
def test_disorder_is_refused(sessions):
    with pytest.raises(ValueError, match="ascending"):
        _bars(sessions)


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        Bars(("AAA",), DAYS, *[np.ones((2, 4))] * 5)


def test_cuts():
    bars = _bars()
    assert bars.until(np.datetime64("2026-01-06")).shape == (2, 2)
    assert bars.last(1).close.tolist() == [[6.0], [10.0]]
    assert bars.of(("BBB",)).close.tolist() == [[7.0, 8.0, 9.0, 10.0]]


def test_rows_are_usable_labelled_and_ordered_by_session():
    values = np.ones((2, 4, 3), dtype=np.float32)
    values[0, 0, 1] = np.nan
    label = np.ones((2, 4))
    label[:, 3] = np.nan
    panel = Panel(("AAA", "BBB"), DAYS, ("a", "b", "c"), values, label, 1)
    rows = rows_of(panel, np.arange(4))
    assert list(zip(rows.session.tolist(), rows.symbol.tolist(), strict=True)) == [(0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert len(rows_of(panel, np.arange(4), labelled=False)) == 7
    assert rows.table.shape == (5, 3)
    assert np.isnan(rows.scattered(np.zeros(5))[0, 0])
