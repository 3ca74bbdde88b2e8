"""`versions show`: one version with its lineage, its changelog and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, folded, table
from nightshift.commands.asked import JSON, MARKET
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import RELEASED

if TYPE_CHECKING:
    from nightshift.nouns.changelog_record import Changelog
    from nightshift.release.registry.lineage import Lineage


@command(
    MARKET,
    click.argument("version", type=RELEASED, metavar="VERSION"),
    JSON,
    examples=("nightshift versions show 1.0.1", "nightshift versions show 1.0.1 --market demo --json"),
)
def show(market: str, version: str) -> Answer:
    """Show one version: its lineage, its changelog and notes, and its lines in the ledger."""
    from nightshift.config import load_market
    from nightshift.release import registry
    from nightshift.report.lines.taken_back import DONE, retractions
    from nightshift.storage import ledger

    load_market(market)
    found = registry.lineage(market, version)
    changes = found.version.changelog if found.version.release else None
    back = retractions(ledger.entries(market)).get(version)
    facts = {**_facts(found), **({"retracted": back} if back else {})}
    rows = [[entry.at[:16].replace("T", " "), DONE[entry.kind], entry.who, entry.why] for entry in found.entries]
    lines = [
        *(line for name, fact in facts.items() for line in folded(f"{name:12} {fact}", indent=13)),
        *_changed(changes),
        *(f"  note: {note.line}" for note in found.version.notes),
        "",
        *table(rows, ["in the ledger", "what", "who", "why"]),
    ]
    more = {
        "changelog": changes.facts() if changes else None,
        "notes": [note.model_dump(mode="json") for note in found.version.notes],
        "entries": [entry.model_dump(mode="json") for entry in found.entries],
    }
    return Answer({**facts, **more}, lines)


def _changed(changes: Changelog | None) -> list[str]:
    return ["", *changes.text.splitlines()] if changes else []


def _facts(found: Lineage) -> dict:
    """What it came from, and whether that is still there."""
    version, release = found.version, found.version.release
    entry = version.entry
    facts = {
        "version": version.version,
        "stage": " ".join([version.stage, *version.aliases]),
        "live since": version.live_since,
        "family": release.family if release else entry.evidence.family,
        "parent": found.parent or "none: it is the first",
        "children": ", ".join(found.children) or "none",
        "release": _place(found, "release", entry.release),
        "night": _place(found, "night", entry.night),
        "snapshot": _place(found, "snapshot", entry.evidence.snapshot),
    }
    if release is None:
        return {**facts, "damage": version.damage}
    symbols = "" if release.symbols is None else f", {len(release.symbols)} symbols"
    span = f"{release.first_session or 'not said'} to {release.session}"
    return {
        **facts,
        "data": f"{span}{symbols}, known at {release.as_of}",
        "columns": f"{len(version.made.columns)}, {_place(found, 'columns', release.column_store or 'not said where')}",
        "parameters": ", ".join(f"{name}={value}" for name, value in sorted(release.params.items())),
        "recipe": f"{release.recipe}, {found.n_looks} looks at it" if release.recipe else "not said",
        "study": release.study or "none",
        "code": f"{(release.git_commit or 'no commit')[:12]}{' with changes' if release.git_dirty else ''}, library {release.code[:12]}",
        "lock": release.lock_sha256 or "none",
        "libraries": ", ".join(f"{name} {number}" for name, number in release.libraries.items()),
    }


def _place(found: Lineage, name: str, where: str) -> str:
    """An address, and whether something is there."""
    return where if found.there.get(name, True) else f"{where or 'not said'} (gone)"
