"""What changed between two releases, in lines that a person reads: data, columns, family, parameters, code, libraries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nightshift.nouns.release import Release

_SHORT = 12


@dataclass(frozen=True)
class Made:
    """What two releases are compared by."""

    release: Release
    columns: tuple[str, ...]


def changelog(new: Made, old: Made | None) -> str:
    """Markdown lines; the first release has nothing to differ from.

    >>> print(changelog(Made(Release.model_construct(family="ridge", session="2026-11-19"), ("rsi_14",)), None))
    First release: ridge of 2026-11-19, 1 columns.
    """
    now = new.release
    if old is None:
        return f"First release: {now.family} of {now.session}, {len(new.columns)} columns."
    before = old.release
    lines = [
        _changed("data", _data(before), _data(now)),
        _columns(old.columns, new.columns),
        _changed("family", before.family, now.family),
        *(_mapping("parameter", before.params, now.params) if before.family == now.family else ()),
        _changed("code", _code(before), _code(now)),
        *_mapping("library", before.libraries, now.libraries),
    ]
    return f"Since {before.version}:\n" + "\n".join(f"- {line}" for line in lines if line)


def _changed(what: str, old: object, new: object) -> str:
    return "" if old == new else f"{what}: {old} → {new}"


def _columns(old: Iterable[str], new: Iterable[str]) -> str:
    appeared, vanished = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    return "columns: " + " ".join([*(f"+{name}" for name in appeared), *(f"−{name}" for name in vanished)]) if appeared or vanished else ""


def _mapping(what: str, old: Mapping, new: Mapping) -> list[str]:
    return [_changed(f"{what} {name}", old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]


def _data(release: Release) -> str:
    return f"snapshot {_name(release.snapshot)} of {release.session}"


def _code(release: Release) -> str:
    commit = (release.git_commit or "no commit")[:_SHORT]
    return f"{commit}{' with changes' if release.git_dirty else ''} (library {_name(release.code)})"


def _name(address: str) -> str:
    return address.rsplit("/", 1)[-1][:_SHORT]
