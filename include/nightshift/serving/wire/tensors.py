"""From a request's body to windows of columns, in JSON or in binary, and from scores to an answer. What is wrong is named by its place."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from nightshift.serving.problems import Problem
from nightshift.serving.served.served_model import ServedModel
from nightshift.serving.wire.shapes import InferRequest, TensorIn
from nightshift.serving.wire.tensor_data import NUMBERS, numbers, strings

LARGEST = 1e18  # of a column: far beyond any, and a model can still divide by a small spread without leaving FP32
SYMBOL_LENGTH = 64  # what is logged of a request is bounded
_JSON = TypeAdapter(dict[str, Any])  # many times as fast with numbers as the standard library
ROWS, WINDOWS, SYMBOLS, SCORE = "rows", "windows", "symbols", "score"


@dataclass(frozen=True, eq=False)
class Batch:
    """What one request asks about."""

    id: str | None
    windows: np.ndarray  # float32 (n, sessions, columns)
    symbols: tuple[str, ...]  # one a row; made up where none were given
    binary: bool  # whether the scores are wanted in binary


def batch_of(body: bytes, json_length: int | None, model: ServedModel, most_rows: int) -> Batch:
    """The request as the model can be asked; `json_length` is where the JSON ends and binary tensors begin."""
    request = _read(body if json_length is None else body[:json_length])
    tensors = _with_bytes(request, b"" if json_length is None else body[json_length:])
    name = ROWS if model.window_sessions == 1 else WINDOWS
    known = {name, SYMBOLS}
    for place, tensor in enumerate(request.inputs):
        if tensor.name not in known:
            raise Problem(
                400, f"expected an input named {name!r} (and perhaps {SYMBOLS!r}); found {tensor.name!r}", f"inputs[{place}].name"
            )
    at = next((place for place, tensor in enumerate(request.inputs) if tensor.name == name), None)
    if at is None:
        raise Problem(400, f"expected an input named {name!r}; found none", "inputs")
    windows = _windows(request.inputs[at], tensors[at], model, f"inputs[{at}]")
    most = model.most_rows(most_rows)
    if len(windows) > most:
        raise Problem(413, f"expected at most {most} rows; found {len(windows)}", f"inputs[{at}].shape")
    return Batch(request.id, windows, _symbols(request, tensors, len(windows), model), _wants_binary(request))


def answer(batch: Batch, scores: np.ndarray, head: dict[str, Any]) -> tuple[bytes, int | None]:
    """The body, and where its JSON ends when scores follow in binary."""
    tensor: dict[str, Any] = {"name": SCORE, "datatype": "FP64", "shape": [len(scores)]}
    if not batch.binary:
        return _JSON.dump_json({**head, "outputs": [{**tensor, "data": scores.tolist()}]}), None
    raw = np.ascontiguousarray(scores, "<f8").tobytes()
    told = json.dumps({**head, "outputs": [{**tensor, "parameters": {"binary_data_size": len(raw)}}]}).encode()
    return told + raw, len(told)


def _read(text: bytes) -> InferRequest:
    try:
        return InferRequest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Problem(400, first["msg"][0].lower() + first["msg"][1:], where or "body") from None


def _with_bytes(request: InferRequest, rest: bytes) -> list[Any]:
    """Every input's data: as it stands in the JSON, or its share of the bytes behind it."""
    out: list[Any] = []
    for place, tensor in enumerate(request.inputs):
        size = tensor.parameters.get("binary_data_size")
        where = f"inputs[{place}]"
        if (size is None) == (tensor.data is None):
            raise Problem(400, "expected either `data` or `parameters.binary_data_size`; found both or neither", where)
        if size is None:
            out.append(tensor.data)
            continue
        if type(size) is not int or not 0 <= size <= len(rest):
            found = f"{size!r}, and {len(rest)} bytes that are left"
            raise Problem(400, f"expected the number of bytes of this tensor; found {found}", f"{where}.parameters.binary_data_size")
        out.append(rest[:size])
        rest = rest[size:]
    if rest:
        raise Problem(400, f"expected no byte behind the last tensor; found {len(rest)}", "body")
    return out


def _windows(tensor: TensorIn, data: Any, model: ServedModel, where: str) -> np.ndarray:
    wanted = (len(model.columns.names),) if model.window_sessions == 1 else (model.window_sessions, len(model.columns.names))
    if tuple(tensor.shape[1:]) != wanted or not tensor.shape:
        told = ", ".join(str(length) for length in wanted)
        raise Problem(400, f"expected the shape [n, {told}]; found {tensor.shape}", f"{where}.shape")
    if tensor.datatype not in NUMBERS:
        raise Problem(400, f"expected numbers, such as FP32; found {tensor.datatype}", f"{where}.datatype")
    flat = numbers(tensor.datatype, data, where)
    n_wanted = math.prod(tensor.shape)
    if flat.size != n_wanted:
        raise Problem(400, f"expected {n_wanted} numbers for {tensor.shape}; found {flat.size}", f"{where}.data")
    with np.errstate(over="ignore"):
        windows = flat.reshape(tensor.shape[0], model.window_sessions, len(model.columns.names)).astype(np.float32)
    bad = np.argwhere(~(np.abs(windows) <= LARGEST))
    if len(bad):
        row, _, column = bad[0].tolist()
        name = model.columns.names[column]
        raise Problem(422, f"expected finite numbers up to {LARGEST:g}; row {row} has none in {name}", f"{where}.data")
    return windows


def _symbols(request: InferRequest, tensors: list[Any], n: int, model: ServedModel) -> tuple[str, ...]:
    place = next((at for at, tensor in enumerate(request.inputs) if tensor.name == SYMBOLS), None)
    if place is None:
        if model.fitted.knows_symbols:
            raise Problem(400, f"expected an input named {SYMBOLS!r}: {model.fitted.family} learned every symbol by its name", "inputs")
        return _made_up(n)
    tensor, where = request.inputs[place], f"inputs[{place}]"
    if tensor.datatype != "BYTES" or tensor.shape != [n]:
        raise Problem(400, f"expected BYTES of the shape [{n}]; found {tensor.datatype} of {tensor.shape}", where)
    names = strings(tensors[place], where)
    if len(names) != n:
        raise Problem(400, f"expected {n} symbols; found {len(names)}", f"{where}.data")
    if max(map(len, names), default=0) > SYMBOL_LENGTH:
        raise Problem(400, f"expected symbols of at most {SYMBOL_LENGTH} characters; found a longer one", f"{where}.data")
    return names


@lru_cache(maxsize=8)
def _made_up(n: int) -> tuple[str, ...]:
    return tuple(f"row {row}" for row in range(n))


def _wants_binary(request: InferRequest) -> bool:
    for place, wanted in enumerate(request.outputs or ()):
        if wanted.name != SCORE:
            raise Problem(400, f"expected the output {SCORE!r}; found {wanted.name!r}", f"outputs[{place}].name")
    if request.outputs:
        return request.outputs[0].parameters.get("binary_data") is True
    return request.parameters.get("binary_data_output") is True
