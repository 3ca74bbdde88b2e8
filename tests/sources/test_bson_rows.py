"""Documents as columns: the same as decoding each of them, for whatever mixture of documents a collection has."""

from __future__ import annotations

import datetime as dt
import math

import bson
import pyarrow as pa
import pytest
from bson.int64 import Int64
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.sources.documents.bson_rows import rows
from nightshift.data.sources.documents.mongo_batches import _cursor

SCHEMA = pa.schema([("symbol", pa.string()), ("session", pa.timestamp("ms")), ("close", pa.float64()), ("volume", pa.float64())])
DAY = sessions.utc("2024-01-02").replace(tzinfo=None)  # as bson gives it
INSTANTS = st.integers(-4_000_000_000, 4_000_000_000).map(lambda seconds: DAY + dt.timedelta(seconds=seconds))
NUMBERS = st.one_of(st.floats(allow_nan=True), st.integers(-(2**31), 2**31 - 1), st.integers(-(2**53), 2**53).map(Int64), st.none())
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {"symbol": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4), "session": INSTANTS},
        optional={"close": NUMBERS, "volume": NUMBERS, "other": st.one_of(st.text(max_size=3), st.booleans().map(int))},
    ).flatmap(lambda one: st.permutations(list(one.items())).map(dict)),
    max_size=20,
)


def array_of(documents: list[dict]) -> bytes:
    """As a server sends them."""
    return _cursor(bson.encode({"firstBatch": documents, "partialResultsReturned": False, "id": Int64(7), "ns": "a.b"}))[1]


def decoded(documents: list[dict]) -> dict[str, list]:
    """The slow twin: each document by itself."""
    names = SCHEMA.names
    plain = [{name: one.get(name) for name in names} for one in documents]
    return {name: [float(one[name]) if isinstance(one[name], int) else one[name] for one in plain] for name in names}


def same(one: object, other: object) -> bool:
    return one == other or (isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other))


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS)
def test_columns_are_what_decoding_each_document_gives(documents):
    made, slow = rows(array_of(documents), SCHEMA), decoded(documents)
    assert made.schema == SCHEMA
    for name in SCHEMA.names:
        assert len(made[name]) == len(documents)
        assert all(same(*pair) for pair in zip(made[name].to_pylist(), slow[name], strict=True)), name


BAR = {"symbol": "A", "session": DAY, "close": 1.0, "volume": 2.0}


@pytest.mark.parametrize(
    "odd",
    [{"close": "1,5"}, {"session": "2024-01-02"}, {"symbol": 5}, {"symbol": ""}, {"close": {"a": 1}}, {"volume": [1]}, {"volume": True}],
    ids=str,
)
def test_what_has_other_types_is_left_to_the_caller(odd):
    assert rows(array_of([BAR]), SCHEMA) is not None
    assert rows(array_of([BAR, BAR | odd, BAR]), SCHEMA) is None


def test_the_place_of_a_document_does_not_move_with_the_digits_of_its_number():
    documents = [{**BAR, "close": float(number), "symbol": "AB" if number % 3 else "A"} for number in range(1_205)]
    made = rows(array_of(documents), SCHEMA)
    assert made["close"].to_pylist() == [one["close"] for one in documents]
    assert made["symbol"].to_pylist() == [one["symbol"] for one in documents]


def test_the_cursors_number_is_read_wherever_it_stands():
    for order in (["id", "ns", "nextBatch"], ["nextBatch", "postBatchResumeToken", "id"]):
        facts = {"id": Int64(2**40), "ns": "a.b", "nextBatch": [BAR], "postBatchResumeToken": {"_data": "82"}}
        number, documents = _cursor(bson.encode({name: facts[name] for name in order}))
        assert number == 2**40
        assert len(rows(documents, SCHEMA)) == 1
