"""The table of ADR 15: what each way to spend an error budget costs and finds, and what a nightly test on a sliding window would do.

Made markets, the gate's own code, the lead alone (no other line of a policy): python scripts/error_budget.py [sequences]
"""

from __future__ import annotations

import sys
import zlib

import numpy as np

from nightshift.config import Gate, Market, load_market
from nightshift.gates.paired import lead
from nightshift.nouns.assay_record import CaseResult
from nightshift.nouns.night_roles import CHALLENGER, CHAMPION
from nightshift.proof.metrics.metric import SESSIONS_A_YEAR
from nightshift.running.assay.cases import CASES, EFFECTS
from nightshift.running.assay.cast import Cast, first_fits
from nightshift.running.assay.effect_size import knowledge_of
from nightshift.running.assay.evidence_level import SEED, Size, lived_through

NIGHTS = 250
NAMES = ("null", *(f"planted_{effect:g}_over_champion" for effect in EFFECTS))
ROWS = {"obrien_fleming": "O'Brien–Fleming spending", "pocock": "Pocock spending", "e_process": "e-process"}


def main(sequences: int) -> None:
    """Print the table as Markdown."""
    market = load_market("us_stocks")
    alone = market.model_copy(update={"gates": (Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),)})
    print("| rule | IR 0: markets that ever promote |" + "".join(f" IR {effect:g} |" for effect in EFFECTS) + " median nights at IR 3 |")
    print("|---|---|" + "---|" * (len(EFFECTS) + 1))
    window = [f"{share:.1%}" for share in sliding(alone, max(sequences // 2, 1))]
    print(f"| a 5 % test every night on the last window | {' | '.join(window)} | |")
    for spending, row in ROWS.items():
        spent = alone.model_copy(update={"budget": alone.budget.model_copy(update={"spending": spending})})
        results = lived_through(spent, [CASES[name] for name in NAMES], Size(sequences, NIGHTS))
        wait = next(result.wait_sessions.value for result in results if result.effect == 3.0)
        print(f"| {row} | {' | '.join(_share(result) for result in results)} | {wait or 0.0:.0f} |")


def sliding(market: Market, sequences: int) -> list[float]:
    """Share of the markets on which a one-sided 5 % test of the window's lead is passed on any night, by case."""
    knows = knowledge_of(market)
    shares = []
    for name in NAMES:
        hits = 0
        for number in range(sequences):
            rng = np.random.default_rng((SEED, zlib.crc32(name.encode()), number))
            made, _, fits, opponents = first_fits(CASES[name], market, knows, NIGHTS, rng)
            returns = Cast(fits, opponents, 0).returns
            windows = [made.window_of(night) for night in range(NIGHTS)]
            ours, theirs = (np.stack([returns[name][at] for at in windows]) for name in (CHALLENGER, CHAMPION))
            near = np.flatnonzero(_plain_z(ours, theirs) >= 1.64)  # its spread is never narrower than the plain one
            hits += any(lead(ours[night], theirs[night], sessions_a_year=SESSIONS_A_YEAR).z >= 1.645 for night in near)
        shares.append(hits / sequences)
    return shares


def _plain_z(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """The lead over its plain standard error, for every window (row)."""
    (our_sharpe, our_moves), (their_sharpe, their_moves) = _moves(ours), _moves(theirs)
    n = ours.shape[1]
    return (our_sharpe - their_sharpe) / np.sqrt(((our_moves - their_moves) ** 2).sum(axis=1) / (n - 1) / n)


def _moves(returns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    spread = returns.std(axis=1, keepdims=True)
    sharpe, standard = returns.mean(axis=1, keepdims=True) / spread, (returns - returns.mean(axis=1, keepdims=True)) / spread
    return sharpe[:, 0], standard - 0.5 * sharpe * (standard**2 - 1.0)


def _share(result: CaseResult) -> str:
    found = result.promoted
    return f"{found.value or 0.0:.1%} ({found.low or 0.0:.1%}–{found.high or 0.0:.1%})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
