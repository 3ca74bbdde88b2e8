"""What differs between two releases: data, columns, family, parameters, code, lock, libraries and what they measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import NightshiftError
from nightshift.nouns.changelog_record import Changelog, Difference
from nightshift.nouns.measures import Measures
from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.storage import addresses, store

_SHORT = 12
_FEW = 8  # names that came or went; of more only the count is said


@dataclass(frozen=True)
class Made:
    """What two releases are compared by."""

    release: Release
    columns: tuple[str, ...]


def made_of(folder: Path) -> Made:
    """A release folder, staged or released, as it is compared."""
    return Made(Release.read(folder), ReleaseColumns.read(folder).names)


def changelog(new: Made, parent: str | None) -> Changelog:
    """What changed since the parent; a parent that cannot be read any more is named, and nothing is guessed."""
    if parent is None:
        said = f"First release: {new.release.family} of {new.release.session}, {len(new.columns)} columns"
        return Changelog(since=None, headline=said, differences=())
    try:
        old = made_of(store.open_folder(addresses.release(new.release.market, parent)))
    except NightshiftError:
        return Changelog(since=parent, headline=f"Since {parent}, which cannot be read any more", differences=())
    found = differences(new, old)
    return Changelog(since=parent, headline=f"Since {parent}" if found else f"Since {parent} nothing changed", differences=found)


def differences(new: Made, old: Made) -> tuple[Difference, ...]:
    """Everything that is not the same, in the order in which a reader asks.

    >>> facts = {"session": "2026-11-19", "family": "ridge", "params": {"alpha": 1.0}, "libraries": {}, "measures": {}, "rows": {}}
    >>> facts |= dict.fromkeys(("snapshot", "code"), "c0de")
    >>> facts |= dict.fromkeys(("git_commit", "git_dirty", "lock_sha256", "symbols", "first_session"))
    >>> old = Made(Release.model_construct(**facts), ("rsi_14",))
    >>> new = Made(Release.model_construct(**facts | {"params": {"alpha": 2.0}}), ("rsi_14", "atr_14"))
    >>> [(difference.about, difference.words) for difference in differences(new, old)]
    [('columns', '+atr_14'), ('parameter alpha', '1.0 → 2.0')]
    """
    now, before = new.release, old.release
    same_family = now.family == before.family
    return (
        *_changed("data", _data(before), _data(now)),
        *(_changed("sessions", _sessions(before), _sessions(now)) if before.first_session and now.first_session else ()),
        *(_came_and_went("symbols", before.symbols, now.symbols) if before.symbols and now.symbols else ()),
        *_changed("training rows", before.rows.get("train"), now.rows.get("train")),
        *_came_and_went("columns", old.columns, new.columns),
        *_changed("family", before.family, now.family),
        *(_mapping("parameter", before.params, now.params) if same_family else ()),
        *_changed("code", _code(before), _code(now)),
        *_changed("lock", _short(before.lock_sha256), _short(now.lock_sha256)),
        *_mapping("library", before.libraries, now.libraries),
        *_measures(before.measures.get("test", {}), now.measures.get("test", {})),
    )


def _changed(about: str, before: object, after: object) -> Iterator[Difference]:
    if before != after:
        yield Difference(about=about, before=str(before), after=str(after))


def _came_and_went(about: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Difference]:
    came, went = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    for name in came if len(came) <= _FEW else (f"{len(came)} {about}",):
        yield Difference(about=about, before=None, after=name)
    for name in went if len(went) <= _FEW else (f"{len(went)} {about}",):
        yield Difference(about=about, before=name, after=None)


def _mapping(about: str, before: Mapping, after: Mapping) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        yield from _changed(f"{about} {name}", before.get(name, "unset"), after.get(name, "unset"))


def _measures(before: Measures, after: Measures) -> Iterator[Difference]:
    """Each was measured on the test sessions of its own night."""
    for metric in sorted(before.keys() & after.keys()):
        old, new = before[metric].value, after[metric].value
        if old is not None and new is not None and old != new:
            yield Difference(about=f"test {metric}", before=f"{old:.4g}", after=f"{new:.4g}")


def _data(release: Release) -> str:
    return f"snapshot {_short(release.snapshot)} of {release.session}"


def _sessions(release: Release) -> str:
    return f"{release.first_session} to {release.session}"


def _code(release: Release) -> str:
    changed = " with changes" if release.git_dirty else ""
    return f"{(release.git_commit or 'no commit')[:_SHORT]}{changed} (library {_short(release.code)})"


def _short(address: str | None) -> str:
    return (address or "none").rsplit("/", 1)[-1][:_SHORT]
