"""The way to a MongoDB server: its address without a password in any message, and one error for every network failure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable

if TYPE_CHECKING:
    from pymongo import MongoClient


def resolved(uri: str) -> str:
    """The address itself, or what the environment variable after `env:` holds."""
    if not uri.startswith("env:"):
        return uri
    name = uri.removeprefix("env:")
    if not os.environ.get(name):
        raise ConfigError(
            expected=f"a MongoDB address in the environment variable {name}", found="nothing",
            next_step=f"export {name}=mongodb://user:password@host:27017",
        )  # fmt: skip
    return os.environ[name]


def redacted(text: str) -> str:
    """Text without the passwords of addresses in it.

    >>> redacted("mongodb://quant:s3cret@db:27017/bars?authSource=admin")
    'mongodb://quant:***@db:27017/bars?authSource=admin'
    """
    return re.sub(r"(?<=://)([^:/@\s]*):[^@\s]*@", r"\1:***@", text)


@contextmanager
def connected(uri: str, connect_seconds: float, answer_seconds: float | None = None) -> Iterator[MongoClient]:
    """A client of a server that has just answered; every network failure becomes one `SourceUnreachable`.

    `connect_seconds` is for the greeting; each later answer, of which a long read has many, may take `answer_seconds` or any time.
    """
    import pymongo
    from pymongo.errors import OperationFailure, PyMongoError

    within = f"{connect_seconds:g} s"
    try:
        with _client(uri, connect_seconds, answer_seconds) as client:
            with pymongo.timeout(connect_seconds):  # the whole greeting, even over a line that drips
                client.admin.command("ping")
            within = "the read" if answer_seconds is None else f"{answer_seconds:g} s for each part of a read"
            yield client
    except OperationFailure as error:
        expected = f"MongoDB at {redacted(uri)} to accept the command"
        raise SourceUnreadable(expected=expected, found=_told(error), next_step="check the user's rights and the collection") from None
    except PyMongoError as error:
        found = f"{type(error).__name__}: {_told(error)}"
        expected = f"MongoDB at {redacted(uri)} to answer within {within}"
        raise SourceUnreachable(expected=expected, found=found, next_step="start the server, or correct the address") from None


def _client(uri: str, connect_seconds: float, answer_seconds: float | None) -> MongoClient:
    import pymongo
    from pymongo.errors import ConfigurationError

    limit = int(connect_seconds * 1000)
    answer = None if answer_seconds is None else int(answer_seconds * 1000)
    limits: dict[str, Any] = {"serverSelectionTimeoutMS": limit, "connectTimeoutMS": limit, "socketTimeoutMS": answer}
    try:
        return pymongo.MongoClient(uri, appname="nightshift", **limits)
    except (ConfigurationError, ValueError) as error:  # an invalid address is a ConfigurationError
        found = f"{redacted(uri)}: {_told(error)}"
        raise ConfigError(expected="a MongoDB address such as mongodb://host:27017", found=found, next_step="correct the address") from None


def _told(error: Exception) -> str:
    return redacted(" ".join(str(error).split())).split(" (configured")[0].split(", full error")[0][:200]
