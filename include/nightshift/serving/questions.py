"""Requests of the Open Inference Protocol v2, as read: what does not fit is named by its place; what is unknown is refused."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from nightshift.serving.problems import Problem
from nightshift.serving.shapes import Datatype

Name = Annotated[str, Meta(max_length=256)]
Length = Annotated[int, Meta(ge=0, le=2**31)]


class TensorIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An input; without `data` it comes in binary, after the JSON."""

    name: Name
    shape: Annotated[list[Length], Meta(min_length=1, max_length=8)]
    datatype: Datatype
    parameters: dict[str, Any] = {}
    data: list[Any] | None = None


class WantedOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An output by its name."""

    name: Name
    parameters: dict[str, Any] = {}


class InferRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One batch of rows."""

    inputs: Annotated[list[TensorIn], Meta(min_length=1, max_length=8)]
    id: Name | None = None
    parameters: dict[str, Any] = {}
    outputs: Annotated[list[WantedOut], Meta(max_length=8)] | None = None


_DECODER = msgspec.json.Decoder(InferRequest)


def question(text: bytes) -> InferRequest:
    """The request that a text holds."""
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError as wrong:
        words, _, where = str(wrong).partition(" - at `$")
        raise Problem(400, _small(words), where.rstrip("`").lstrip(".") or "body") from None
    except msgspec.DecodeError as wrong:
        raise Problem(400, f"invalid JSON: {_small(str(wrong))}", "body") from None
    except RecursionError:
        raise Problem(400, "expected JSON of a sane depth; found it nested too deep", "body") from None


def schema() -> dict[str, Any]:
    """Its JSON schema, for the API page."""
    return msgspec.json.schema(InferRequest)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
