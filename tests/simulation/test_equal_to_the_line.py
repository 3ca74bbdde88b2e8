"""A simulated night is the night: the real line, night after night with its releases, says and serves the same."""

import datetime as dt

import numpy as np
import pytest

from nightshift import release
from nightshift.nouns.options import Options
from nightshift.nouns.scores import Scores
from nightshift.nouns.verdict_record import Verdict
from nightshift.running import line, stages
from nightshift.running.simulation import fitting
from nightshift.running.simulation.earlier_models import model_of
from nightshift.running.simulation.history import history_of
from nightshift.running.simulation.judged_nights import nights_of
from nightshift.running.simulation.plan import plan_of
from nightshift.storage import ledger, store

FIRST, LAST = dt.date(2026, 11, 16), dt.date(2026, 11, 17)
POLICY = [
    {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    {"metric": "accuracy", "must_be": "above_naive_by", "limit": 0.01},
    {"metric": "accuracy", "must_be": "at_least", "limit": 0.52},
    {"metric": "drawdown_max_fraction", "must_be": "at_most", "limit": 0.9, "by": "value"},
]


def night_through_the_line(as_of):
    """As `line.run_night`, but for its page."""
    night, judged = line.judge_night("small", as_of, Options())
    if stages.decision(judged).promotes:
        stages.promote(stages.deployment_test(stages.stage(judged)))
    return night


def the_same(place, living, last, **more):
    with living(place, **more) as market:
        plan = plan_of(market, FIRST, last)
        real = [night_through_the_line(plan.as_of(session).isoformat()) for session in plan.sessions]
        live, served = ledger.live("small"), release.champion("small")
        fitting.work(plan.facts(), list(plan.nights))
        history = history_of(plan)
        nights = nights_of(history)
        verdicts = [night.read(Verdict, "verdict") for night in real]
        assert [(one.said.outcome, one.said.headline, one.said.challenger) for one in nights] == [
            ("HELD" if verdict.held else verdict.decision, verdict.headline, verdict.challenger) for verdict in verdicts
        ]
        assert [one.look for one in nights] == [entry.look for entry in ledger.looks("small")], (
            "every number of every look, to the last bit"
        )
        assert nights[-1].said.version == live.version
        for night, simulated in zip(real, nights, strict=True):
            known = history.known(simulated.said.session)
            assert simulated.is_shared
            for family in market.family_names:
                ours = Scores.of_model(store.open_folder(plan.fit(simulated.said.session, family)), known.panel)
                theirs = Scores.of_model(night.folder("models", family), known.panel)
                assert np.array_equal(ours.laid_out, theirs.laid_out, equal_nan=True)
        promoted = next(night.said for night in reversed(nights) if night.said.outcome == "PROMOTE")
        known = history.known(plan.sessions[-1])
        ours = model_of(plan, promoted.session, promoted.challenger)
        first = known.panel.sessions[-30].astype(object)
        theirs = release.predict(served.address, real[-1], known.panel, first).laid_out
        asked = np.arange(len(known.panel.sessions) - 30, len(known.panel.sessions))
        assert ours.learned_until == served.release.learned_until
        assert np.array_equal(ours.says(known, asked).laid_out, theirs, equal_nan=True)
        assert np.array_equal(ours.says_of_last(known), theirs[:, -1], equal_nan=True)
        assert np.isfinite(theirs[:, -1]).any()
        return verdicts


def members_that_change(place):
    """One left and one was delisted long ago, one comes on the second night."""
    (place / "members.csv").write_text(
        "symbol,from,to\nSIM0000,2024-01-02,\nSIM0001,2024-01-02,\nSIM0002,2024-01-02,2026-06-30\nSIM0003,2025-01-02,\nSIM0004,2026-11-17,\nSIM0005,2024-01-02,\n"
    )
    (place / "delistings.csv").write_text("symbol,session,final_return_fraction\nSIM0003,2026-09-30,-0.8\n")
    return {"members": str(place / "members.csv"), "delistings": str(place / "delistings.csv")}


def test_nights_and_what_they_serve(tmp_path, living):
    verdicts = the_same(tmp_path, living, LAST, universe=members_that_change(tmp_path))
    assert verdicts[0].promotes
    assert not verdicts[1].promotes, "the same recipe a day later is no better"


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        {"gates": POLICY, "families": [{"name": "logistic"}, {"name": "lightgbm", "params": {"n_estimators": 20}}], "columns": ["all"]},
        {"proof": {"scheme": "walk_forward", "refit_every_sessions": 21}, "gates": POLICY},
        {"label": {"kind": "return", "horizon_sessions": 3}, "families": [{"name": "ridge"}], "costs": {"max_volume_fraction": 0.05}},
    ],
    ids=["intervals", "recipe", "regression"],
)  # fmt: skip
def test_nights_of_other_policies_proofs_and_labels(tmp_path, living, more):
    the_same(tmp_path, living, dt.date(2026, 11, 20), **more)
