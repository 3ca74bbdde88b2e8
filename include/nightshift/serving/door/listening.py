"""Where a service listens, and who can reach it there."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from nightshift.errors import ConfigError

BACKLOG = 2048


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


def bound(address: Address) -> socket.socket:
    """A socket that listens there; an address that is taken, or not this machine's, is refused."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except OSError as failure:
        raise ConfigError(
            expected=f"to listen at {address.host}:{address.port}",
            found=failure.strerror or str(failure),
            next_step="end what listens there, or choose another --port or --host",
        ) from None
