"""What lies where below a market: the only file that spells these words. An address is what `store` takes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import groupby

from nightshift.storage.store import SEAL, address, path


def nights(market: str) -> str:
    """Every night, by session and key."""
    return address(market, "nights")


def night(market: str, name: str) -> str:
    """One night: a folder with a folder for each of its stages."""
    return address(nights(market), name)


def opened_nights(market: str) -> list[str]:
    """The nights there are, oldest session first; those of one session in the order they were opened."""
    return [*newest_nights(market)][::-1]


def newest_nights(market: str) -> Iterator[str]:
    """The same from the newest on: whoever wants the last ones looks at no others."""
    folder = path(nights(market))
    names = sorted((place.name for place in folder.iterdir()), reverse=True) if folder.is_dir() else []
    for _, of_session in groupby(names, lambda name: name[: len("2026-11-19")]):
        sealed = {name: folder / name / "night" / SEAL for name in of_session}
        there = {name: seal.stat().st_mtime_ns for name, seal in sealed.items() if seal.is_file()}
        yield from (night(market, name) for name in sorted(there, key=lambda name: (there[name], name), reverse=True))


def night_of(where: str) -> str:
    """The night that an address lies in.

    >>> night_of("demo/nights/2026-11-19-1a2b3c4d/models/ridge")
    'demo/nights/2026-11-19-1a2b3c4d'
    """
    return "/".join(where.split("/")[:3])


def is_in_a_night(where: str) -> bool:
    """True for a night and everything inside one.

    >>> is_in_a_night("demo/nights/2026-11-19-1a2b3c4d/columns"), is_in_a_night("demo/columns/1a2b3c4d")
    (True, False)
    """
    market, *inside = where.split("/")
    return len(inside) > 1 and where.startswith(f"{nights(market)}/")


def stage(night: str, *name: str) -> str:
    """The folder of one stage of a night.

    >>> stage("demo/nights/2026-11-19-1a2b3c4d", "models", "ridge")
    'demo/nights/2026-11-19-1a2b3c4d/models/ridge'
    """
    return address(night, *name)


def releases(market: str) -> str:
    """Every release, by version."""
    return address(market, "releases")


def release(market: str, version: str) -> str:
    """One release: a sealed folder that is never changed."""
    return address(releases(market), version)


def release_notes(market: str, version: str) -> str:
    """What people added to a release's changelog."""
    return address(market, "release_notes", version)


def release_note(market: str, version: str, name: str) -> str:
    """One note."""
    return address(release_notes(market, version), name)


def deleted_release(market: str, version: str) -> str:
    """What stays of a release that was deleted: its records, without its model."""
    return address(market, "deleted_releases", version)


def serving(market: str) -> str:
    """The link to the release that is served."""
    return address(market, "serving")


def serving_lock(market: str) -> str:
    """The lock that is held from reading the ledger to moving the link."""
    return address(market, "serving.lock")


def registry(market: str) -> str:
    """The note of what MLflow was told of the ledger."""
    return address(market, "registry.json")


def predictions(market: str) -> str:
    """What services answered."""
    return address(market, "predictions")


def published_signals(market: str) -> str:
    """The note of which signals MongoDB was given."""
    return address(market, "signals_published.json")


def snapshots(market: str) -> str:
    """Every snapshot, by its content."""
    return address(market, "snapshots")


def snapshot(market: str, content: str) -> str:
    """One snapshot."""
    return address(snapshots(market), content)


def panel(market: str, key: str) -> str:
    """One panel of the column store."""
    return address(market, "columns", key)


def bar_block(market: str, key: str) -> str:
    """Clean bars of some sessions, for every night that has these."""
    return address(market, "bars", key)


def value_block(market: str, key: str) -> str:
    """Columns of some sessions, for every night whose bars until then are these."""
    return address(market, "column_values", key)


def row_block(market: str, key: str) -> str:
    """The same sessions with their labels, as rows."""
    return address(market, "column_rows", key)


def studies(market: str) -> str:
    """The searches' own storage, and the files of every study that was asked for alone."""
    return address(market, "studies")


def study(market: str, name: str) -> str:
    """The files of one study."""
    return address(studies(market), name)


def week(market: str, name: str) -> str:
    """One weekly page."""
    return address(market, "weeks", name)


def comparison(market: str, key: str) -> str:
    """One page that compares nights."""
    return address(market, "comparisons", key)


def replay(market: str, name: str) -> str:
    """One replay of a past night."""
    return address(market, "replays", name)


def assays(market: str) -> str:
    """Every assay of the market's policies."""
    return address(market, "assays")


def assay(market: str, key: str) -> str:
    """One assay."""
    return address(assays(market), key)


def assay_page(market: str, key: str) -> str:
    """The page of one assay."""
    return address(market, "assay_pages", key)


def lives(market: str, key: str, name: str) -> str:
    """Some sequences of an assay, which may still be running."""
    return address(market, "assaying", key, name)


def source_copies(source: str) -> str:
    """Every copy of a remote data set, whichever markets read it; no market can have this name, for it has a dot."""
    return address("source.copies", source)


def source_copy(source: str, content: str) -> str:
    """One copy of a remote data set."""
    return address(source_copies(source), content)


def file_packs(*key: str) -> str:
    """What was read of a folder's files, whichever markets read it."""
    return address("source.files", *key)


def file_pack(key: str, content: str) -> str:
    """One pack of files as they were read."""
    return address(file_packs(key), content)


def repository(key: str) -> str:
    """The mirror of a git repository that says which content a revision has."""
    return address("source.repositories", key)


def simulated(market: str, key: str, *name: str) -> str:
    """What one simulation of the market's nights holds: its record, and until that is written its columns, fits and nights."""
    return address(market, "simulations", key, *name)


def simulation_page(market: str, key: str) -> str:
    """The page of one simulation."""
    return address(market, "simulation_pages", key)


def name_of(where: str) -> str:
    """The last part of an address.

    >>> name_of("demo/releases/1.0.0")
    '1.0.0'
    """
    return where.rsplit("/", maxsplit=1)[-1]


def link(where: str, start: str) -> str:
    """A page's link to the file or folder at `where`, from a page in the folder at `start`.

    >>> link("demo/nights/2026-11-19-1a2b3c4d/report", start="demo/comparisons/1a2b")
    '../../nights/2026-11-19-1a2b3c4d/report'
    """
    return posixpath.relpath(where, start)
