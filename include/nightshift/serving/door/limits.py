"""How much may be asked at once, and how often; time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MIB = 2**20
CLIENTS_REMEMBERED = 4096


@dataclass(frozen=True)
class Limits:
    """Of one service."""

    body_mib: float = 32.0
    rows: int = 50_000  # of one request, each of one session; of a model that reads more beside a row, fewer rows
    at_once: int = 256  # requests that are being answered; the next is told to come again
    requests_per_second: float = 1000.0  # of one client, on the average; a burst of twice as many is let through

    @property
    def body_bytes(self) -> int:
        """The largest body."""
        return int(self.body_mib * MIB)


@dataclass
class Room:
    """For so many requests at once."""

    most: int
    taken: int = 0

    @contextmanager
    def held(self) -> Iterator[bool]:
        """A place until this is left, or none: then it is not true."""
        free = self.taken < self.most
        self.taken += free
        try:
            yield free
        finally:
            self.taken -= free


@dataclass
class Rate:
    """A bucket of tokens a client: it fills as time goes by, and every request takes one.

    >>> rate = Rate(per_second=1.0)
    >>> [rate.wait_s("ann", now_s=0.0) for _ in range(3)], rate.wait_s("ann", now_s=1.0)
    ([0.0, 0.0, 1.0], 0.0)
    """

    per_second: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)  # client -> (tokens, when)

    def wait_s(self, client: str, now_s: float) -> float:
        """0, and a token less; or the seconds until there is one."""
        most = 2 * self.per_second
        tokens, when = self._left.pop(client, (most, now_s))
        tokens = min(tokens + (now_s - when) * self.per_second, most)
        allowed = tokens >= 1.0
        self._left[client] = (tokens - 1.0 if allowed else tokens, now_s)
        if len(self._left) > CLIENTS_REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1.0 - tokens) / self.per_second
