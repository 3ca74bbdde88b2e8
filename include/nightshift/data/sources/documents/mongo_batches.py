"""The batches of a find as the server sends them. pymongo makes an object of every document, even of raw ones; this does not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.collection import Collection

_SIZE, _LONG = struct.Struct("<i"), struct.Struct("<q")
_ARRAY, _INT64 = 0x04, 0x12
_FIXED = {0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, _INT64: 8}


def is_one_server(collection: Collection) -> bool:
    """Whether every command goes to one server, which alone knows the cursor: not so behind several routers or among secondaries."""
    from pymongo import ReadPreference

    kind = collection.database.client.topology_description.topology_type_name
    return kind in {"Single", "ReplicaSetWithPrimary"} and collection.read_preference == ReadPreference.PRIMARY


def batches(collection: Collection, wanted: dict[str, Any], fields: tuple[str, ...], batch_rows: int) -> Iterator[bytes]:
    """The matching documents, a BSON array a batch."""
    from bson.codec_options import CodecOptions
    from bson.raw_bson import RawBSONDocument

    raw: CodecOptions = CodecOptions(document_class=RawBSONDocument)
    database = collection.database
    find = {"find": collection.name, "filter": wanted, "projection": {"_id": 0, **dict.fromkeys(fields, 1)}, "batchSize": batch_rows}
    with database.client.start_session() as session:  # the server gives a cursor's next batch only to the session that began it
        answer = database.command(find, codec_options=raw, session=session)
        while True:
            cursor, documents = _cursor(bytes(answer["cursor"].raw))
            yield documents
            if not cursor:
                return
            more = {"getMore": _int64(cursor), "collection": collection.name, "batchSize": batch_rows}
            answer = database.command(more, codec_options=raw, session=session)


def _cursor(document: bytes) -> tuple[int, bytes]:
    """The cursor's number, 0 after the last batch, and the array of documents."""
    at, end, number, documents = 4, len(document) - 1, 0, b""
    while at < end:
        code, value = document[at], document.index(0, at + 1) + 1
        size = _FIXED.get(code)
        if size is None:  # texts count without their length, documents and arrays with it
            size = _SIZE.unpack_from(document, value)[0] + (4 if code == 0x02 else 0)
        if code == _ARRAY:
            documents = document[value : value + size]
        elif code == _INT64 and document[at + 1 : value - 1] == b"id":
            number = _LONG.unpack_from(document, value)[0]
        at = value + size
    return number, documents


def _int64(number: int) -> Any:
    from bson.int64 import Int64

    return Int64(number)
