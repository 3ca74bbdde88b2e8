"""A server that speaks MongoDB's wire protocol and answers every find with the same documents, encoded before the clock starts.

It costs next to nothing, so that what is compared is what each client makes of the same bytes from the same socket. It knows no
filter and stores nothing: a race that needs a real server takes one by its address.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import bson

HEADER, OP_REPLY, OP_QUERY, OP_MSG = struct.Struct("<iiii"), 1, 2004, 2013
FIRST_ROWS, MOST_ROWS = 101, 100_000  # what a server sends where the client names no batch size: 101, then 16 MB
HELLO = {
    "ismaster": True, "isWritablePrimary": True, "helloOk": True, "maxBsonObjectSize": 1 << 24, "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000, "minWireVersion": 0, "maxWireVersion": 21, "readOnly": False,
    "logicalSessionTimeoutMinutes": 30, "ok": 1.0,
}  # fmt: skip


@contextmanager
def serving(documents: list[dict]) -> Iterator[str]:
    """The address of a server of these documents, on 127.0.0.1."""
    answers = _Answers(documents)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while (header := _exactly(self.request, HEADER.size)) is not None:
                length, request, _, opcode = HEADER.unpack(header)
                body = _exactly(self.request, length - HEADER.size)
                self.request.sendall(_message(request, opcode, answers.to(body, opcode)))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection, bind_and_activate=True) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"mongodb://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _Answers:
    """Encoded answers, by command."""

    def __init__(self, documents: list[dict]) -> None:
        self.documents = documents
        self.batch = cache(self._batch)

    def to(self, body: bytes, opcode: int) -> bytes:
        if opcode == OP_QUERY:  # the greeting
            return bson.encode(HELLO)
        command = bson.decode(body[5:])
        if "find" in command:
            first = 1 if command.get("limit") == 1 else command.get("batchSize", FIRST_ROWS)
            return self.batch("firstBatch", 0, first, last=first == 1)
        if "getMore" in command:  # the cursor's number is the place in the documents
            return self.batch("nextBatch", command["getMore"], command.get("batchSize", MOST_ROWS))
        return bson.encode(HELLO)

    def _batch(self, name: str, start: int, rows: int, last: bool = False) -> bytes:
        end = start + rows
        more = 0 if last or end >= len(self.documents) else end
        cursor = {"id": bson.Int64(more), "ns": "nightshift_bench.bench", name: self.documents[start:end]}
        return bson.encode({"cursor": cursor, "ok": 1.0})


def _message(request: int, opcode: int, body: bytes) -> bytes:
    before = struct.pack("<iqii", 8, 0, 0, 1) if opcode == OP_QUERY else struct.pack("<ib", 0, 0)
    kind = OP_REPLY if opcode == OP_QUERY else OP_MSG
    return HEADER.pack(HEADER.size + len(before) + len(body), 0, request, kind) + before + body


def _exactly(connection, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
