"""API keys: only their hashes are kept; each is good for some stages. A key is shown once, when it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import ConfigError
from nightshift.nouns.serving_keys import Key, KeyRing, Stage
from nightshift.storage import locks, store

PREFIX = "ns_"


@dataclass(frozen=True)
class Keys:
    """The keys that a running service knows; without any, whoever reaches it may ask."""

    ring: tuple[Key, ...] = ()

    @property
    def are_wanted(self) -> bool:
        """True where a request needs one."""
        return bool(self.ring)

    def holder(self, secret: str, stage: Stage) -> str | None:
        """Whose key this is, None where it is nobody's for this stage; every key is compared, in constant time."""
        digest = _hashed(secret)
        matching = [key for key in self.ring if hmac.compare_digest(key.sha256, digest)]
        return next((key.name for key in matching if stage in key.stages), None)


def file() -> Path:
    """Where the keys of this store's services lie."""
    return store.home() / KeyRing.FILE


def read() -> Keys:
    """The keys that were made; none where there is no file."""
    return Keys(KeyRing.read(store.home()).keys) if file().is_file() else Keys()


def make(name: str, stages: tuple[Stage, ...], at: dt.datetime) -> str:
    """A new key, which nobody can read again: its hash is kept under its name."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with locks.held(file().with_suffix(".lock")):
        known = read().ring
        if any(key.name == name for key in known):
            raise ConfigError(
                expected="a new name for the key",
                found=f"{name}, which there is",
                next_step="take another name, or nightshift keys drop it first",
            )
        _write((*known, Key(name=name, stages=stages, sha256=_hashed(secret), made_at=at)))
    return secret


def drop(name: str) -> None:
    """A key that is good for nothing from the next start of a service on."""
    from nightshift.config import known as known_name

    with locks.held(file().with_suffix(".lock")):
        ring = read().ring
        chosen = known_name("key", name, [key.name for key in ring])
        _write(tuple(key for key in ring if key.name != chosen))


def _write(keys: tuple[Key, ...]) -> None:
    KeyRing(keys=keys).write(store.home())
    file().chmod(0o600)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
