"""Requests and answers of the Open Inference Protocol v2, as documented and as read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Datatype = Literal["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES"]
Length = Annotated[int, Field(ge=0, le=2**31)]
Parameters = dict[str, Any]


class Shape(BaseModel):
    """A part of the protocol; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TensorIn(Shape):
    """An input; without `data` it comes in binary, after the JSON."""

    name: str = Field(max_length=256)
    shape: list[Length] = Field(max_length=8)
    datatype: Datatype
    parameters: Parameters = {}
    data: list[Any] | None = None


class WantedOut(Shape):
    """An output by its name."""

    name: str = Field(max_length=256)
    parameters: Parameters = {}


class InferRequest(Shape):
    """One batch of rows."""

    id: str | None = Field(None, max_length=256)
    parameters: Parameters = {}
    inputs: list[TensorIn] = Field(min_length=1, max_length=8)
    outputs: list[WantedOut] | None = Field(None, max_length=8)


class TensorOut(Shape):
    """An output."""

    name: str
    shape: list[int]
    datatype: Datatype
    data: list[float]


class InferResponse(Shape):
    """One score a row, and from which version, which bars, and until when it is good."""

    model_name: str
    model_version: str
    id: str | None = None
    parameters: Parameters
    outputs: list[TensorOut]


class TensorMetadata(Shape):
    """What a tensor looks like; -1 is any number of rows."""

    name: str
    datatype: Datatype
    shape: list[int]
    parameters: Parameters = {}


class ModelMetadata(Shape):
    """A model as a client needs to know it."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]
    parameters: Parameters


class ServerMetadata(Shape):
    """The service."""

    name: str
    version: str
    extensions: list[str]


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    field: str | None = None
    error: str
