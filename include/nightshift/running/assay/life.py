"""One market's nights: what is served, who challenges, and what the policy makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from nightshift.config import Market
from nightshift.gates.weighing import Weighed
from nightshift.nouns.lives import Life
from nightshift.nouns.night_roles import CHAMPION
from nightshift.running.assay.cases import Case
from nightshift.running.assay.cast import Cast, compares_with_rules, first_fits, rules
from nightshift.running.assay.effect_size import Knowledge, information_ratio, sharpe
from nightshift.running.assay.ladder import Ladder
from nightshift.running.assay.made_market import RULES_LEARN_FROM, Stretch, days_of, window_of
from nightshift.running.assay.made_recipe import Traded, fitted
from nightshift.running.assay.screening import could_lead, missed
from nightshift.running.assay.window_evidence import asked_here, first_refusal, verdict


def ladder_of(market: Market, nights: int) -> Ladder:
    """The bounds of a policy, climbed once."""
    window = window_of(market)
    n = RULES_LEARN_FROM + window + nights + market.label.horizon_sessions + 1
    return Ladder.climbed(market, days_of(market.calendar, n), window, nights)


def live(case: Case, ladder: Ladder, knows: Knowledge, nights: int, seed: tuple[int, ...]) -> Life:
    """The nights of one market; after a promotion the new one is the champion and a new incumbency begins."""
    market, rng = ladder.market, np.random.default_rng(seed)
    made, challenger, fits, opponents = first_fits(case, market, knows, nights, rng)
    life = Life(promotions=(), crossed=None, undecided_nights=0, effect=_effect(fits, opponents))
    beside = rules(market, made) if compares_with_rules(market) else {}
    began = 0
    while began < nights:
        life, promoted = _incumbency(ladder, made, Cast(fits, opponents, began, beside), life)
        if promoted is None:
            break
        began, opponents = promoted + 1, {CHAMPION: fitted(market, made, challenger, rng)}
    return life


def _incumbency(ladder: Ladder, made: Stretch, cast: Cast, life: Life) -> tuple[Life, int | None]:
    """(the life so far, the night of the promotion that ends this incumbency)."""
    may, ahead = _screened(ladder, made, cast)
    blocked, crossed = Counter(life.blocked), life.crossed
    floors: dict[str, np.ndarray] = {}
    for night in np.flatnonzero(may).tolist():
        now = cast.began + night
        against = [name for name, nights in floors.items() if nights[night]]
        weighed = ladder.weighed(cast.began, night, RULES_LEARN_FROM, cast.returns) if not against else None
        if weighed and not weighed.leads:
            continue
        crossed = now if crossed is None else crossed
        against = against or (_against(ladder.market, made, cast, now, weighed) if weighed else [])
        if not against:
            return _lived(life, crossed, int(ahead[:night].sum()), blocked, now), now
        floors = floors or _floors(ladder.market, made, cast)  # a first refusal is seldom the last
        blocked.update(against)
    return _lived(life, crossed, int(ahead.sum()), blocked), None


def _lived(life: Life, crossed: int | None, undecided: int, blocked: Counter[str], *promoted: int) -> Life:
    facts = {"crossed": crossed, "undecided_nights": life.undecided_nights + undecided, "blocked": dict(blocked)}
    return life.model_copy(update={**facts, "promotions": (*life.promotions, *promoted)})


def _screened(ladder: Ladder, made: Stretch, cast: Cast) -> tuple[np.ndarray, np.ndarray]:
    """(nights on which the lead may cross its bound, nights on which there is a lead), counted from the incumbency's first."""
    nights = made.nights - cast.began
    rungs = ladder.rungs[:nights]
    may, ahead = np.zeros(nights, dtype=bool), np.zeros(nights, dtype=bool)
    for age in dict.fromkeys(rung.age_sessions for rung in rungs):  # a new budget starts from new evidence
        at = np.array([night for night, rung in enumerate(rungs) if rung.age_sessions == age and rung.n_sessions > 2], dtype=int)
        if not len(at):
            continue
        first = ladder.evidence(cast.began, int(at[0]), RULES_LEARN_FROM).start
        lengths = np.array([rungs[night].n_sessions for night in at])
        bounds = np.array([np.inf if rungs[night].bound is None else rungs[night].bound for night in at], dtype=float)
        later = {name: values[first:] for name, values in cast.returns.items()}
        may[at], ahead[at] = could_lead(ladder.market, later, lengths, bounds)
    return may, ahead


def _floors(market: Market, made: Stretch, cast: Cast) -> dict[str, np.ndarray]:
    windows = [made.window_of(night) for night in range(cast.began, made.nights)]
    return missed(asked_here(market), made.label, cast.challenger.score, cast.challenger.net, windows, market.sessions_a_year)


def _against(market: Market, made: Stretch, cast: Cast, night: int, weighed: Weighed) -> list[str]:
    refused = first_refusal(market, made, night, cast.scores, weighed)
    if refused:
        return [refused]
    judged = verdict(market, made, night, cast.scores, weighed)
    return [] if judged.promotes else [check.name for check in judged.checks if check.passed is not True]


def _effect(fits: Traded, opponents: Mapping[str, Traded]) -> float:
    after = RULES_LEARN_FROM + 1
    return information_ratio(fits.net[after:], opponents[CHAMPION].net[after:]) if CHAMPION in opponents else sharpe(fits.net[after:])
