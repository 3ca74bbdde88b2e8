"""Where a service listens, and who can reach it there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """A host and a port.

    >>> Address("127.0.0.1", 8100).is_exposed, Address("localhost", 8100).is_exposed, Address("0.0.0.0", 8100).is_exposed
    (False, False, True)
    """

    host: str
    port: int

    @property
    def is_exposed(self) -> bool:
        """True when others than this machine can reach it."""
        if self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:  # a name
            return True
