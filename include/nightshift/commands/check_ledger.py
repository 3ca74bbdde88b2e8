"""`ledger`: proves that the ledger is what was written, and writes it out as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import JSON, ONE_OR_ALL
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, ConfigError, Damaged

if TYPE_CHECKING:
    from nightshift.storage.ledger_export import Export


@command(
    click.argument("verb", type=click.Choice(["verify", "export"]), metavar="verify|export"),
    ONE_OR_ALL,
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="where to export to  [default: here]"),
    JSON,
    examples=(
        "nightshift ledger verify                          # every link of the chain, and its end",
        "nightshift ledger export --out ledger.jsonl       # an entry a line; the last line has the count and the last hash",
        "nightshift ledger export --market demo",
    ),
)
def ledger(verb: str, market: str | None, out: Path | None) -> Answer:
    """Verify the ledger of changes and looks, or export it as JSON lines.

    `verify` finds any edit, cut or other order; it checks the whole chain, whatever the market. `export` writes what can be read
    and says in its last line when the chain is broken; exit code 1 then.
    """
    from nightshift.storage import ledger_export

    if verb == "verify":
        return _verified(market, out)
    written = ledger_export.export(market or "")
    code = Damaged.exit_code if written.broken else EXIT_SUCCESS
    if out is None:
        return Answer({"exported_entries": written.exported, **written.end}, written.text.splitlines(), code)
    _write(out, written)
    counted = f"{len(written.exported)} of {written.entries} entries, head {written.head[:12]}, in {out}"
    return Answer({"out": str(out), **written.end}, [counted, *([f"broken: {written.broken}"] if written.broken else [])], code)


def _verified(market: str | None, out: Path | None) -> Answer:
    from nightshift.storage import ledger as chain
    from nightshift.storage import ledger_export

    if out is not None:
        raise ConfigError(expected="--out with export", found="--out with verify", next_step="nightshift ledger export --out FILE")
    entries, written = chain.verify(), ledger_export.export(market or "")
    names = sorted({line["market"] for line in written.exported})
    facts = [
        {"market": name, "changes": len(chain.entries(name)), "looks": len(chain.looks(name)), "trials": chain.trials(name)}
        for name in names
    ]
    said = f"every link of the chain and its end are whole: {entries} entr{'y' if entries == 1 else 'ies'}, head {written.head[:12]}"
    rows = table([list(of.values()) for of in facts], ["market", "changes", "looks", "trials"])
    return Answer(
        {"entries": entries, "head": written.head, "markets": facts}, [said, "", *rows] if entries else ["nothing is in the ledger yet"]
    )


def _write(out: Path, written: Export) -> None:
    try:
        out.write_text(written.text)
    except OSError as failure:
        raise ConfigError(expected=f"a place to write {out}", found=str(failure.strerror), next_step="choose another --out") from None
