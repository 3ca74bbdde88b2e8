"""Assays every shipped policy, keeps the records beside the market files, and writes the README's table from them.

python scripts/write_assays.py            everything: minutes a policy, resumable (`make assay`)
python scripts/write_assays.py --table    only the README, from the records there are
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from pathlib import Path

from nightshift.config import load_market, market_names
from nightshift.gates.assayed import NIGHTS, SEQUENCES, policy_of, shipped_folder
from nightshift.nouns.assay_record import AssayRecord, CaseResult, Estimate
from nightshift.nouns.files import read_json, write_json
from nightshift.running.assay.assay_market import assay
from nightshift.running.assay.evidence_level import Size

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- assay: written by `make assay` -->", "<!-- assay ends -->"
_ORDER = ("null", "stationary", "planted", "dying", "leaky")


def assayed() -> None:
    """Assay every shipped policy once, and keep its record."""
    shipped_folder().mkdir(exist_ok=True)
    for markets in policies().values():
        market = load_market(markets[0])
        record = assay(market, dt.datetime.now(dt.UTC).date(), Size(SEQUENCES, NIGHTS))
        write_json(shipped_folder() / f"{record.policy}.json", record.facts())
    for file in shipped_folder().glob("*.json"):
        if file.stem not in policies():  # of a policy that is not shipped any more
            file.unlink()


def policies() -> dict[str, list[str]]:
    """Fingerprint -> the markets that are judged by it."""
    found: dict[str, list[str]] = {}
    for name in market_names():
        found.setdefault(policy_of(load_market(name)), []).append(name)
    return found


def records() -> dict[str, AssayRecord]:
    """Markets of one policy, named together -> its record."""
    files = {", ".join(names): shipped_folder() / f"{policy}.json" for policy, names in policies().items()}
    return {names: AssayRecord.of_facts(read_json(file), file) for names, file in files.items() if file.is_file()}


def written(readme: str) -> str:
    """The README with the table between its markers."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n{table(records())}\n{END}{rest.partition(END)[2]}"


def table(found: dict[str, AssayRecord]) -> str:
    """One row a case, one column a policy: the share of the markets that promoted within the nights."""
    names = list(found)
    cases = sorted(next(iter(found.values())).cases, key=lambda case: _ORDER.index(case.kind)) if found else []
    head = ["markets that ever promote, of " + (f"{cases[0].sequences}, within {cases[0].nights} nights" if cases else "none"), *names]
    rows = [[_said(case), *(_share(record, case) for record in found.values())] for case in cases]
    shown = ("stationary", "planted_2.5_over_champion", "planted_2.5_first")
    every, best, first = ([_of(record, name) for record in found.values()] for name in shown)
    tail = [
        ["needless swaps a year, champion and challenger one recipe", *(_plain(case.needless_a_year) for case in every)],
        ["median nights to a promotion, 2.5 over a champion", *(_plain(case.wait_sessions, 0) for case in best)],
        ["nights with a lead that is not proven, 2.5 over a champion", *(_per_cent(case.undecided) for case in best)],
        ["lead proven at 2.5, nothing served yet, whatever else the policy asks", *(_per_cent(case.crossed) for case in first)],
        ["policy, and when it was assayed", *(f"`{record.policy}` {record.assayed_on}" for record in found.values())],
    ]
    lines = [head, ["---"] * len(head), *rows, *tail]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _said(case: CaseResult) -> str:
    return f"{case.says}{'' if case.served or 'nothing served' in case.says or case.kind == 'planted' else ', nothing served yet'}"


def _share(record: AssayRecord, case: CaseResult) -> str:
    return _per_cent(_of(record, case.name).promoted)


def _of(record: AssayRecord, name: str) -> CaseResult:
    return next(case for case in record.cases if case.name == name)


def _per_cent(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.1%} ({100 * (estimate.low or 0.0):.1f}–{100 * (estimate.high or 0.0):.1f})"


def _plain(estimate: Estimate, digits: int = 2) -> str:
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.{digits}f} ({estimate.low or 0.0:.{digits}f}–{estimate.high or 0.0:.{digits}f})"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if "--table" not in sys.argv:
        assayed()
    README.write_text(written(README.read_text()))
    print(f"wrote {README} and {shipped_folder()}")
