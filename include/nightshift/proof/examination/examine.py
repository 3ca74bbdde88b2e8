"""The examination of a night: everything that is asked of its leader beyond the measures, as one record that gates can read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from nightshift.data import column_contract
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.examination import Examination
from nightshift.nouns.night_roles import CHAMPION, Roles
from nightshift.nouns.panel import Rows, rows_of
from nightshift.nouns.questions import ColumnChanges, Importance, SkillGap, Stress
from nightshift.nouns.training import TrainingRecord
from nightshift.proof.evaluation.gathering import gather
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged, portfolios_of, replicas_of, with_chance
from nightshift.proof.examination import (
    capacity,
    chance,
    curves,
    doubt,
    drift,
    earlier,
    earnings,
    examined_metrics,
    importance,
    over_sessions,
    purged_paths,
    robustness,
    sensitivity,
    skill_gap,
    slices,
    stress,
    switching,
)
from nightshift.storage import ledger, store
from nightshift.storage.night import Night


def examine(night: Night, models: tuple[str, ...], yardsticks: str, leader: str, folder: Path) -> None:
    """Write the examination of the leader among these models."""
    material = gather(night, models, yardsticks)
    judged: dict[str, Judged] = {part: with_chance(material, _traded(material, part), leader) for part in PARTS}
    found = examination(night, material, judged, leader, {where.rsplit("/", 1)[-1]: where for where in models})
    found.model_copy(update={"measures": examined_metrics.measures_of(found)}).write(folder)


def examination(night: Night, material: Material, judged: dict[str, Judged], leader: str, models: dict[str, str]) -> Examination:
    """Every question, from everyone's portfolios and the leader's model; the measures that gates read are taken from the answers."""
    test = judged["test"]
    net, days = over_sessions.net_returns(test), over_sessions.session_names(test)
    answers = {name: material.answers(name, "test") for name in material.scores}
    trading = {name: portfolio for name, portfolio in test.portfolios.items() if portfolio.turnover_fraction.any()}
    moved, moved_together = drift.drifts(material)
    leaned_on, stresses, gap = _of_model(night, material, leader, models[leader])
    return Examination(
        leader=leader,
        measures={},
        overfitting=doubt.doubts(material, judged, leader, models, ledger.trials(night.market.market, before=night.address)),
        chance=chance.chance(material, test, leader),
        robustness=stresses,
        importance=leaned_on,
        drift=moved,
        drift_test=moved_together,
        column_changes=_column_changes(night, material),
        skill_gap=gap,
        switch=switching.switch(material, test, leader),
        capacity=capacity.capacity(material, leader),
        cost_curve={name: capacity.cost_curve(portfolio, night.market.sessions_a_year) for name, portfolio in trading.items()},
        break_even_bps={name: capacity.break_even_bps(portfolio) for name, portfolio in test.portfolios.items()},
        windows=slices.windows(material, judged),
        symbols=slices.symbols(material, leader),
        weekdays=slices.weekdays(material, test, leader),
        over_sessions=over_sessions.stretches(material, judged),
        months={name: earnings.years(days, returns) for name, returns in net.items()},
        falls=earnings.worst_falls(days, net[leader]),
        distribution=over_sessions.leading_distribution(test, Roles(leader, material.naive)),
        confusion={name: curves.confusion(one) for name, one in answers.items()},
        calibration={name: curves.calibration(one) for name, one in answers.items()},
        confidence={name: curves.accuracy_by_confidence(one) for name, one in answers.items()},
        roc={name: curve for name, one in answers.items() if (curve := curves.roc(one))},
        pr={name: points for name, one in answers.items() if (points := curves.precision_recall(one))},
    )


def _column_changes(night: Night, material: Material) -> ColumnChanges | None:
    if CHAMPION in material.left_out:
        return None
    return column_contract.against_champion(night, ledger.promotion(night.market.market, material.champion_version or ""))


def _traded(material: Material, part: str) -> Judged:
    portfolios = portfolios_of(material, part)
    drawn, block = replicas_of(material, portfolios)
    return Judged(part, portfolios, drawn, block, {})


def _of_model(night: Night, material: Material, leader: str, where: str) -> tuple[Importance, tuple[Stress, ...], SkillGap]:
    """Importance and robustness of the leader, which is loaded after its checksums matched, and what it knows by heart."""
    from nightshift.data.columns import load_split
    from nightshift.training.proven import proven

    folder = store.open_folder(where)
    fitted = proven(folder)
    made = ledger.promotion(night.market.market, material.champion_version or "")
    champions = earlier.examined_in(made.night) if made else None
    leaned_on = importance.importance(fitted, _rows(material, "validate"), material.market.execution.seed, champions)
    subject = stress.subject(material, leader)
    seconds = TrainingRecord.read(folder).seconds or math.inf
    asked = sensitivity.rows(subject, fitted, list(leaned_on.values), seconds)
    learned = rows_of(material.panel, load_split(night.columns).train)
    gap = skill_gap.skill_gap(material, fitted, learned, _rows(material, "validate"))
    return leaned_on, (*robustness.rows(subject), *asked, *purged_paths.rows(subject, fitted)), gap


def _rows(material: Material, part: str) -> Rows:
    """The labelled rows of a part that everybody was compared on."""
    span = material.span(part)
    session, symbol = np.nonzero((material.same_rows[:, span] & np.isfinite(material.panel.label[:, span])).T)
    return Rows(material.panel, symbol.astype(np.int32), (session + span.start).astype(np.int32))
