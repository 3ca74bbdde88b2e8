"""The evidence level of the assay: every case lived through many times, in as many processes as there are cores.

What is finished is kept piece by piece: after any death the same question goes on from there.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nightshift.config import Market
from nightshift.nouns.assay_record import CaseResult
from nightshift.nouns.lives import Lives
from nightshift.running.assay.cases import Case, case_of
from nightshift.running.assay.effect_size import Knowledge, knowledge_of
from nightshift.running.assay.life import ladder_of, live
from nightshift.running.assay.pieces import Pieces, key_of, piece_name
from nightshift.running.assay.tally import counted
from nightshift.storage import addresses, store

AT_ONCE = 50  # sequences that are kept together; what a kill costs
SEED = 20261130


@dataclass(frozen=True)
class Size:
    """How much is lived through."""

    sequences: int
    nights: int


def lived_through(market: Market, cases: Sequence[Case], size: Size, knows: Knowledge | None = None) -> tuple[CaseResult, ...]:
    """The results of these cases; what an earlier run kept is not lived again."""
    level = f"evidence {asdict(knows)}" if knows else "evidence"
    pieces = Pieces(market, key_of(market, size.nights, level), AT_ONCE, size.sequences)
    todo = pieces.missing([case.name for case in cases])
    if todo:
        shared = {"knows": asdict(knows or knowledge_of(market)), "nights": size.nights}
        pieces.fill(f"{work.__module__}:{work.__name__}", [{**shared, "case": case, "firsts": firsts} for case, firsts in todo.items()])
    return tuple(counted(case, "evidence", size.nights, pieces.lives(case.name)) for case in cases)


def work(facts: dict, key: str, knows: dict, nights: int, case: str, firsts: list[int]) -> str:
    """Live through the sequences that begin with these numbers, in this process; each piece is kept when it is done."""
    market, chosen = Market.model_validate(facts), case_of(case)
    known = Knowledge(knows["champion"], *({float(k): v for k, v in knows[name].items()} for name in ("over_champion", "over_nothing")))
    ladder = ladder_of(market, nights)
    for first in firsts:
        lives = tuple(live(chosen, ladder, known, nights, (SEED, zlib.crc32(case.encode()), first + n)) for n in range(AT_ONCE))
        kept = Lives(case=case, level="evidence", first=first, nights=nights, lives=lives)
        store.write(addresses.lives(market.market, key, piece_name(case, first)), kept.write)
    return case
