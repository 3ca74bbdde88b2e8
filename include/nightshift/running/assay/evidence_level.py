"""The evidence level of the assay: every case lived through many times, in as many processes as there are cores.

What is finished is kept piece by piece: after any death the same question goes on from there.
"""

from __future__ import annotations

import logging
import os
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass

from nightshift import isolation
from nightshift.config import Market
from nightshift.gates.assayed import policy_of
from nightshift.nouns.assay_record import CaseResult
from nightshift.nouns.lives import Lives
from nightshift.running.assay.cases import Case, case_of
from nightshift.running.assay.effect_size import Knowledge, knowledge_of
from nightshift.running.assay.life import ladder_of, live
from nightshift.running.assay.tally import counted
from nightshift.storage import addresses, fingerprints, store

LOG = logging.getLogger("nightshift")
AT_ONCE = 50  # sequences that are kept together; what a kill costs
SEED = 20261130


@dataclass(frozen=True)
class Size:
    """How much is lived through."""

    sequences: int
    nights: int


def lived_through(market: Market, cases: Sequence[Case], size: Size) -> tuple[CaseResult, ...]:
    """The results of these cases; what an earlier run kept is not lived again."""
    key, began = key_of(market, size.nights), time.monotonic()
    todo = {case.name: missing for case in cases if (missing := _missing(market, key, case, size.sequences))}
    if todo:
        knows = asdict(knowledge_of(market))
        shared = {"facts": market.model_dump(mode="json"), "knows": knows, "nights": size.nights, "key": key}
        with ThreadPoolExecutor(cores()) as pool:
            asked = [pool.submit(_elsewhere, {**shared, "case": name, "firsts": firsts}) for name, firsts in todo.items()]
            for done, future in enumerate(as_completed(asked), 1):
                left = (time.monotonic() - began) / done * (len(asked) - done) / 60
                LOG.info(
                    "assay of %s: %s is through, %d of %d cases, about %.0f min to go",
                    market.market,
                    future.result(),
                    done,
                    len(asked),
                    left,
                )
    return tuple(_counted(market, key, case, size) for case in cases)


def key_of(market: Market, nights: int) -> str:
    """Under which its sequences are kept: what judges, and how long."""
    return store.fingerprint([policy_of(market), market.costs.model_dump(mode="json"), fingerprints.of(fingerprints.ASSAY), nights])[:16]


def cores() -> int:
    """Processes at once."""
    return max(len(os.sched_getaffinity(0)), 1)


def work(facts: dict, knows: dict, nights: int, key: str, case: str, firsts: list[int]) -> str:
    """Live through the sequences that begin with these numbers, in this process; each piece is kept when it is done."""
    market, chosen = Market.model_validate(facts), case_of(case)
    known = Knowledge(knows["champion"], *({float(k): v for k, v in knows[name].items()} for name in ("over_champion", "over_nothing")))
    ladder = ladder_of(market, nights)
    for first in firsts:
        lives = tuple(live(chosen, ladder, known, nights, (SEED, zlib.crc32(case.encode()), first + n)) for n in range(AT_ONCE))
        kept = Lives(case=case, level="evidence", first=first, nights=nights, lives=lives)
        store.write(_where(market, key, case, first), kept.write)
    return case


def _elsewhere(arguments: dict) -> str:
    return isolation.call(f"{work.__module__}:{work.__name__}", arguments, threads=1)


def _missing(market: Market, key: str, case: Case, sequences: int) -> list[int]:
    return [first for first in range(0, sequences, AT_ONCE) if not store.exists(_where(market, key, case.name, first))]


def _where(market: Market, key: str, case: str, first: int) -> str:
    return addresses.lives(market.market, key, f"{case}-{first:05d}")


def _counted(market: Market, key: str, case: Case, size: Size) -> CaseResult:
    pieces = [Lives.read(store.open_folder(_where(market, key, case.name, first))) for first in range(0, size.sequences, AT_ONCE)]
    lives = [life for piece in pieces for life in piece.lives][: size.sequences]
    return counted(case, "evidence", size.nights, lives)
