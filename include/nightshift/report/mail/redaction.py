"""What no mail may carry: passwords, tokens, and characters that are not text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from nightshift.nouns import record

HIDDEN = "•••"
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|TOKEN|SECRET|KEY|CONN|WEBHOOK", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=://)([^\s/:@]*):([^\s/]+)@")
_VALUE = r"""(?:"[^"]+"|'[^']+'|[^\s,;&"']+)"""
_IN_ASSIGNMENT = re.compile(rf"""(?i)\b(\w*(?:password|passwd|token|secret|api_?key)\w*["']?\s*[=:]\s*){_VALUE}""")
_SHORTEST_SECRET = 6  # shorter values are words such as `true`, and would blank half the mail

Noun = TypeVar("Noun")


def cleaned(noun: Noun, environment: Mapping[str, str]) -> Noun:
    """The same frozen noun without secrets and unreadable characters in any of its texts, however deep they lie."""
    return _everywhere(noun, environment)


def redact(text: str, environment: Mapping[str, str]) -> str:
    """The text without passwords in addresses, `password=…` assignments and the values of secret environment variables.

    >>> redact("cannot reach mongodb://bot:hunter22@db/bars", {})
    'cannot reach mongodb://bot:•••@db/bars'
    >>> redact("refused abcdef123456", {"VENDOR_API_KEY": "abcdef123456"})
    'refused •••'
    """
    secrets = {value for name, value in environment.items() if _SECRET_NAME.search(name) and len(value) >= _SHORTEST_SECRET}
    for value in sorted(secrets, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return _IN_ASSIGNMENT.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text))


def readable(text: str) -> str:
    """The text with its line breaks, and a mark for what no reader sees: control characters, half a code point, turned direction.

    >>> readable("one\\r\\ntwo\\x1b[31m\\udc80")
    'one\\ntwo�[31m�'
    """
    lines = text.replace("\r\n", "\n")
    return "".join(one if one == "\n" or one.isprintable() else " " if one.isspace() else "\N{REPLACEMENT CHARACTER}" for one in lines)


def _everywhere(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return readable(redact(value, environment))
    if isinstance(value, tuple):
        return tuple(_everywhere(one, environment) for one in value)
    if isinstance(value, record.Noun):
        return value.model_copy(update={name: _everywhere(getattr(value, name), environment) for name in type(value).model_fields})
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{field.name: _everywhere(getattr(value, field.name), environment) for field in fields(value)})
    return value
