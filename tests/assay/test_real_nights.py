"""What the whole line of the assay shares between nights changes nothing: a night through the real stages stands where it says."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from nightshift import sessions
from nightshift.nouns.verdict_record import Verdict
from nightshift.running import stages
from nightshift.running.assay import line_columns, whole_line
from nightshift.running.assay.cases import CASES
from nightshift.storage.night import night_of


@pytest.mark.slow
@pytest.mark.parametrize("case", ["null_first", "planted_4_first"])
def test_a_night_through_the_stages_stands_where_the_shared_line_says(case, a_market, nightshift_home, tmp_path, monkeypatch):
    monkeypatch.setattr(line_columns, "HISTORY_SESSIONS", 700)
    market = a_market().model_copy(update={"market": "lined"})
    line = line_columns.line_of(market, CASES[case], 0.15, 2, seed=5)
    (tmp_path / "markets").mkdir()
    execution = {"heavy": "here", "threads": 1}
    facts = line.market.model_dump(mode="json") | {"execution": line.market.execution.model_dump(mode="json") | execution}
    (tmp_path / "markets" / "lined.yaml").write_text(yaml.safe_dump(facts))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    looks = []
    for n_sessions in (700, 701):
        known = line.tonight(n_sessions)
        fit = whole_line.fit_tonight(line.market, known[1], known[2])
        weighed, _ = whole_line.judged(line.market, known, fit, None, looks)
        looks.append(whole_line.look_of(weighed))
        as_of = sessions.close_of(market.calendar, known[0].sessions[-1].astype(object)) + dt.timedelta(hours=2)
        opened = stages.extract("lined", as_of.isoformat())
        kept = stages.columns(stages.check(opened))
        evaluated = stages.evaluate(kept, [stages.train(kept, "logistic")], stages.score_yardsticks(kept))
        stages.gate(stages.examine(stages.select(evaluated)))
        real, shared = night_of(opened).read(Verdict, "verdict").standing, weighed.standing
        for name in ("n_sessions", "first_session", "new_sessions", "horizon_sessions", "excluded_sessions"):
            assert getattr(shared, name) == getattr(real, name), name
        for name in ("lead_annual", "z", "bound", "spent_fraction", "low", "high"):
            assert getattr(shared, name) == pytest.approx(getattr(real, name), abs=1e-6), name
