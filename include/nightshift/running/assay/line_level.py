"""The whole-line level of the assay, beside the evidence level over the same nights: the two have to agree within their intervals."""

from __future__ import annotations

import math
import zlib
from dataclasses import replace

import numpy as np

from nightshift.config import Market
from nightshift.nouns.assay_record import CaseResult
from nightshift.nouns.lives import Lives
from nightshift.running.assay.cases import LINE_CASES, LINE_EFFECT, case_of
from nightshift.running.assay.effect_size import Knowledge, knowledge_of
from nightshift.running.assay.evidence_level import Size, lived_through
from nightshift.running.assay.pieces import Pieces, key_of, piece_name
from nightshift.running.assay.tally import counted
from nightshift.running.assay.whole_line import live_line
from nightshift.storage import addresses, store

LINE = Size(sequences=20, nights=60)
TWIN_SEQUENCES = 300
_LEARNED_SHARE = 0.85  # of what is planted, after what a fit and its daily turnover cost: only where to begin, the effect is measured


def lived_and_compared(market: Market, size: Size) -> tuple[CaseResult, ...]:
    """The cases of the whole line, and the same on the evidence level with the effect that the line's markets turned out to have."""
    knows = knowledge_of(market)
    strength = min(knows.over_nothing[LINE_EFFECT] / _LEARNED_SHARE, 0.95)
    pieces = Pieces(market, key_of(market, size.nights, f"line {strength}"), 1, size.sequences)
    asked = [{"case": case, "firsts": firsts} for case, firsts in pieces.missing(LINE_CASES).items()]
    halves = [{**one, "firsts": one["firsts"][part::2]} for one in asked for part in (0, 1)]  # so that two cores have something to do
    shared = {"nights": size.nights, "strength": strength}
    pieces.fill(f"{work.__module__}:{work.__name__}", [{**shared, **one} for one in halves if one["firsts"]])
    lines = [counted(case_of(name), "line", size.nights, pieces.lives(name)) for name in LINE_CASES]
    twins = lived_through(
        market,
        [case_of(name) for name in LINE_CASES],
        replace(size, sequences=TWIN_SEQUENCES),
        _matched(knows, lines[1].effect_seen or 0.0),
    )
    return (*lines, *twins)


def work(facts: dict, key: str, case: str, firsts: list[int], nights: int, strength: float) -> str:
    """Live through these markets, in this process; each is kept when it is done."""
    market = Market.model_validate(facts)
    for first in firsts:
        seed = zlib.crc32(f"{case} {first}".encode())
        life = live_line(case_of(case), market, strength, nights, seed)
        kept = Lives(case=case, level="line", first=first, nights=nights, lives=(life,))
        store.write(addresses.lives(market.market, key, piece_name(case, first)), kept.write)
    return f"{case} on the whole line"


def _matched(knows: Knowledge, effect: float) -> Knowledge:
    """The same, with the line's own effect for the planted case."""
    sizes = sorted(knows.over_nothing)
    slope = (knows.over_nothing[sizes[-1]] - knows.over_nothing[sizes[-2]]) / (sizes[-1] - sizes[-2])
    inside = float(np.interp(effect, sizes, [knows.over_nothing[size] for size in sizes]))
    known = inside if effect <= sizes[-1] else knows.over_nothing[sizes[-1]] + slope * (effect - sizes[-1])
    return replace(knows, over_nothing={**knows.over_nothing, LINE_EFFECT: round(min(known, 0.95), 4) if math.isfinite(known) else 0.0})
