"""The whole line of the assay, on one simulated market: bars, columns, fits, rules, evaluation and gate, night after night.

What the truth allows is shared: a history's columns hold those of every shorter one, so they are computed once; a fit serves
`REFIT_EVERY` nights. What a night may know is cut off before it is used: labels too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift import models
from nightshift.config import Market
from nightshift.data.splits import Ordered
from nightshift.gates.earned import Earned
from nightshift.gates.tonight import Tonight
from nightshift.gates.weighing import Weighed, weigh
from nightshift.models import Context, Fitted
from nightshift.nouns.bars import Bars
from nightshift.nouns.lives import Life
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_roles import CASH, CHALLENGER, CHAMPION
from nightshift.nouns.panel import Panel, rows_of, seen_until
from nightshift.proof.evaluation import leads
from nightshift.proof.evaluation.backtest import Backtest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import portfolios_of
from nightshift.running.assay.cases import Case
from nightshift.running.assay.cast import compares_with_rules
from nightshift.running.assay.compact_looks import OPPONENT, RECIPE, counted, entry
from nightshift.running.assay.effect_size import sharpe
from nightshift.running.assay.ladder import margin_annual
from nightshift.running.assay.line_columns import FAMILY, HISTORY_SESSIONS, line_of
from nightshift.running.assay.made_recipe import never_limited
from nightshift.running.assay.window_evidence import compared_market, decided
from nightshift.training.rules import scores_of_rules

REFIT_EVERY = 5  # nights


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted family, and the last session that it learned from."""

    fitted: Fitted
    learned_until: str


def live_line(case: Case, market: Market, strength: float, nights: int, seed: int) -> Life:
    """The nights of one simulated market, from its first release on if there is one."""
    line = line_of(market, case, strength, nights, seed)
    life, net = Life(promotions=(), crossed=None, undecided_nights=0, effect=0.0), np.empty(0)
    champion: Fit | None = None
    looks: list[LookEntry] = []
    fit: Fit | None = None
    for night in range(nights):
        known = line.tonight(HISTORY_SESSIONS + night)
        fit = fit_tonight(line.market, known[1], known[2]) if fit is None or night % REFIT_EVERY == 0 else fit
        weighed, promotes = judged(line.market, known, fit, champion, looks)
        net = np.concatenate([net, weighed.brought.of.get(CHALLENGER, np.empty(0))])
        life = _told(life, night, weighed, promotes)
        champion, looks = (fit, []) if promotes else (champion, [*looks, look_of(weighed)])
    return life.model_copy(update={"effect": sharpe(net) if len(net) else None})


def judged(
    market: Market, known: tuple[Bars, Panel, Ordered], fit: Fit, champion: Fit | None, looks: list[LookEntry]
) -> tuple[Weighed, bool]:
    """(what the night's look shows, whether the policy promotes)."""
    material = _material(market, known, fit, champion)
    portfolios = portfolios_of(material, "test")
    earned = _earned(material, portfolios)
    days = tuple(material.panel.sessions[material.span("test")].astype(str).tolist())
    tonight = Tonight(
        session=str(known[0].sessions[-1]), recipe=RECIPE, opponent=OPPONENT, earned=earned,
        test_sessions=days, trials=1, margin_annual=margin_annual(market),
        reach=max(market.label.horizon_sessions, market.costs.holding_sessions), sessions_a_year=market.sessions_a_year,
    )  # fmt: skip
    weighed = weigh(market, looks, tonight)
    return weighed, weighed.leads and decided(market, material, portfolios, weighed).promotes


def _material(market: Market, known: tuple[Bars, Panel, Ordered], fit: Fit, champion: Fit | None) -> Material:
    bars, panel, split = known
    rows = rows_of(panel, split.test, labelled=False)
    scores = {CHALLENGER: rows.scattered(fit.fitted.predict(rows))}
    learned = {CHALLENGER: np.datetime64(fit.learned_until)}
    naive: tuple[str, ...] = ()
    if champion:
        scores[CHAMPION], learned[CHAMPION] = rows.scattered(champion.fitted.predict(rows)), np.datetime64(champion.learned_until)
    if not champion or compares_with_rules(market):
        rules, _ = scores_of_rules(market, panel, split)
        scores, naive = scores | rules, tuple(rules)
    judged_by = compared_market(market).model_copy(update={"costs": never_limited(market.costs)})
    version = champion.learned_until if champion else None
    return Material(judged_by, panel, bars, {"test": split.test}, scores, (CHALLENGER,), naive, version, {}, split.latest, learned)


def _earned(material: Material, portfolios: dict[str, Backtest]) -> Earned:
    """As `gates.nightly` takes it from an evaluation: after the first session that neither side learned from."""
    opponents = [CHAMPION] if CHAMPION in material.scores else [*material.naive, CASH]
    first = max(leads.compared_span(material, name).first for name in opponents if name in material.scores)
    days = material.panel.sessions[material.span("test")].astype(str).tolist()
    of = {name: portfolios[name].net_return_fraction for name in (CHALLENGER, *opponents)}
    return Earned(tuple(days), of).only([day > first for day in days])


def fit_tonight(market: Market, panel: Panel, split: Ordered) -> Fit:
    """The family, fitted on what is known tonight."""
    learn, stop = rows_of(panel, split.train), rows_of(panel, split.validate)
    fitted = models.fit(FAMILY, {}, learn, stop, Context(market.label.task, market.execution.seed))
    return Fit(fitted, seen_until(learn, stop) or "")


def look_of(weighed: Weighed) -> LookEntry:
    """What the ledger would keep of a night, as far as a later one reads it."""
    found, brought = weighed.standing, weighed.brought
    return entry(found.period_from, brought.sessions, brought.of, **counted(found))


def _told(life: Life, night: int, weighed: Weighed, promotes: bool) -> Life:
    leads_tonight = weighed.standing.lead_annual is not None and weighed.standing.lead_annual > 0
    facts = {
        "crossed": night if weighed.leads and life.crossed is None else life.crossed,
        "promotions": (*life.promotions, night) if promotes else life.promotions,
        "undecided_nights": life.undecided_nights + int(leads_tonight and not weighed.leads),
        "blocked": life.blocked if promotes or not weighed.leads else {"the policy": life.blocked.get("the policy", 0) + 1},
    }
    return life.model_copy(update=facts)
