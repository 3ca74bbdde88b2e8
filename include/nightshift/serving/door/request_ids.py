"""Names for requests that bring none: one random start a process, then a number; to ask the system each time takes a tenth of a ms."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator


def request_ids() -> Iterator[str]:
    """32 hexadecimal digits each, none twice.

    >>> ids = request_ids()
    >>> first, second = next(ids), next(ids)
    >>> len(first), first[:16] == second[:16], first[16:], second[16:]
    (32, True, '0000000000000000', '0000000000000001')
    """
    start = secrets.token_hex(8)
    return (f"{start}{number:016x}" for number in itertools.count())
