"""Credentials: from the environment, never from the market file, and in no message."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from nightshift.errors import ConfigError

_SECRET = re.compile(r"(?:^|_)(?:key|secret|token|password|passwd|credentials?|sas)(?:$|_)|connection_string")
_NO_SECRETS = frozenset({"anon", "cloud", "google_default", "cache", "browser"})  # what gcsfs takes as a `token` that is none
_USER = re.compile(r"(?<=://)[^/@\s]+@")
_QUERY = re.compile(r"\?[^\s'\"]*=[^\s'\"]*")


def without_credentials(text: str) -> str:
    """Text without the user, password and signed query of addresses in it.

    >>> without_credentials("https://quant:s3cret@host/bars.git and https://host/bars?sig=abc")
    'https://***@host/bars.git and https://host/bars?***'
    """
    return _QUERY.sub("?***", _USER.sub("***@", text))


def address_of(text: str, key: str) -> str:
    """An address of the market file, or what the environment variable after `env:` holds; credentials in the file are refused."""
    if text.startswith("env:"):
        return _from_environment(text, key)
    if without_credentials(text) != text:
        raise _in_the_file(key)
    return text


def options_of(storage: Mapping[str, Any], key: str = "storage") -> dict[str, Any]:
    """The options of the market file with `env:NAME` filled in, at any depth; credentials in the file are refused."""
    return {name: _option(value, name, f"{key}.{name}") for name, value in storage.items()}


def _option(value: Any, name: str, key: str) -> Any:
    if isinstance(value, Mapping):
        return options_of(value, key)
    if isinstance(value, str) and value.startswith("env:"):
        return _from_environment(value, key)
    if isinstance(value, str) and value not in _NO_SECRETS and (_SECRET.search(name.lower()) or without_credentials(value) != value):
        raise _in_the_file(key)
    return value


def _from_environment(text: str, key: str) -> str:
    name = text.removeprefix("env:")
    if not os.environ.get(name):
        raise ConfigError(
            expected=f"a value in the environment variable {name}, which `{key}` names",
            found="nothing",
            next_step=f"export {name}=… before the night",
        )
    return os.environ[name]


def _in_the_file(key: str) -> ConfigError:
    return ConfigError(
        expected=f"`{key}` without credentials in the market file",
        found="a credential in the file",
        next_step=f"write `{key.rsplit('.', maxsplit=1)[-1]}: env:NAME` and export NAME, or leave it to the storage's own login",
    )
