"""The weekly evaluation on nights with real bars, real columns and a real ledger; only the models' scores are made up."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift import sessions, watch
from nightshift.config import Market
from nightshift.data import columns, snapshot
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.evaluation_record import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.ledger_entry import Change
from nightshift.nouns.measures import Measure
from nightshift.nouns.options import Options
from nightshift.nouns.release import Release
from nightshift.nouns.week_record import WeekRecord
from nightshift.storage import ledger, store
from nightshift.storage.night import night_of, open_night
from nightshift.watch.happened import matured
from nightshift.watch.said import nights_until, said_by
from nightshift.watch.windows import realised

AS_OF = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
MARKET = Market.model_validate({
    "market": "watched", "title": "Watched market", "calendar": "XNYS",
    "source": {"kind": "simulated", "symbols": 8, "first_session": "2025-03-03", "seed": 5},
    "families": [{"name": "logistic"}], "columns": ["return_std_5", "rsi_7"], "costs": {"commission_bps": 1, "slippage_bps": 2},
})  # fmt: skip
PROMISE = {"accuracy": Measure(0.75, 0.70, 0.80), "return_annual_fraction": Measure(0.5)}


def bars_at(as_of):
    """What the simulated market had shown by then."""
    return store.path(snapshot.take(MARKET, as_of)) / "bars.parquet"


def live_a_night(session, *, released="", champion="", kept_latest=True, scores=None):
    """One night up to its evaluation, and its release when it is given a version."""
    as_of = sessions.close_of("XNYS", session) + dt.timedelta(hours=1)
    taken = snapshot.take(MARKET, as_of)
    night = night_of(open_night(MARKET, as_of, taken, Options()))
    store.write(night.stage("check"), lambda folder: (folder / "bars.parquet").write_bytes(bars_at(as_of).read_bytes()))
    kept = columns.store_panel(night)
    store.write(night.stage("columns"), ColumnsRecord(store=kept).write)
    panel = columns.load_panel(kept)
    spoken = panel.sessions[-30:] if kept_latest else panel.sessions[-30:-1]
    rows = [(symbol, day, scores(symbol, day)) for day in spoken.tolist() for symbol in panel.symbols]
    table = pa.table(
        {"symbol": [r[0] for r in rows], "session": pa.array([r[1] for r in rows], pa.date32()), "champion": [r[2] for r in rows]}
    )

    def judged(folder):
        evaluation(champion).write(folder)
        pq.write_table(table, folder / "scores.parquet")

    store.write(night.stage("evaluation"), judged)
    if released:
        mine = table.rename_columns(["symbol", "session", "score"])
        store.write(night.stage("models", "logistic"), lambda folder: pq.write_table(mine, folder / "scores.parquet"))
        release(night, released, champion or None)
    return night


def evaluation(champion):
    """Who was the champion; nothing else of it is read here."""
    span, interval = Span(first="", last="", sessions=0), Intervals(method="", level=0.95, replicas=0, block_sessions=1.0)
    return Evaluation(
        task="classification", sessions=dict.fromkeys(PARTS, span), challengers=("logistic",), champion="champion" if champion else None,
        champion_version=champion or None, naive=(), benchmarks=(), left_out={}, rows=dict.fromkeys(PARTS, 0),
        intervals=dict.fromkeys(PARTS, interval), measures={part: {} for part in PARTS},
    )  # fmt: skip


def release(night, version, before):
    made = Release(
        market="watched", night=night.address, family="logistic", parent=before, snapshot=night.snapshot, session=str(night.session),
        as_of=night.as_of.isoformat(), learned_until=None, params={}, rows={}, seed=7, threads=1,
        task="classification", libraries={}, lock_sha256=None, code="", git_commit=None, git_dirty=None,
        measures={"test": PROMISE}, model_bytes=0, version=version,
        recipe=None, study=None, column_store=None, symbols=None, first_session=None,
    )  # fmt: skip
    where = store.write(f"watched/releases/{version}", made.write)
    told = {"market": "watched", "kind": "promote", "version": version, "release": where, "night": night.address}
    change = Change(**told, session=str(night.session), as_of=night.as_of.isoformat(), who="gate", why="a test")
    ledger.append(change, at=night.as_of, expected_live=before)


def days(n_sessions):
    last = sessions.last_closed("XNYS", AS_OF)
    return [sessions.following("XNYS", last, -back) for back in range(n_sessions - 1, -1, -1)]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def oracle(home):
    """Scores that are right with a chance, from the outcomes that the market will show; reproducible a symbol and session."""
    from nightshift.data.labels import label

    bars = snapshot.bars(pq.read_table(bars_at(AS_OF)))
    outcome, _ = label(bars, MARKET.label)
    place = {(s, day): outcome[i, t] for i, s in enumerate(bars.symbols) for t, day in enumerate(bars.sessions.tolist())}

    def chance(right):
        def score(symbol, day):
            known = place.get((symbol, day), np.nan)
            lucky = np.random.default_rng([int(symbol[-4:]), day.toordinal()]).random() < right
            return 0.5 if np.isnan(known) else 0.9 if (known == 1) == lucky else 0.1

        return score

    return chance


def weekly():
    where = watch.weekly(MARKET, AS_OF)
    folder = store.open_folder(where)
    return where, WeekRecord.read(folder), (folder / "report.html").read_text()


def test_a_market_that_never_ran_gets_a_page_that_says_so(home):
    where, facts, page = weekly()
    assert where.startswith("watched/weeks/2026-11-20-")
    assert facts.state == "nothing_released"
    assert "No night has run yet." in page
    assert "NOTHING RELEASED" in page


def test_nights_without_a_release_are_not_a_crash(home, oracle):
    live_a_night(days(1)[0], scores=oracle(0.7))
    _, facts, page = weekly()
    assert facts.state == "nothing_released"
    assert facts.nights == 1
    assert "Nothing has been released yet" in page


def test_the_first_session_after_a_release_is_not_enough_evidence(home, oracle):
    first, second = days(2)
    live_a_night(first, released="1.0.0", scores=oracle(0.75))
    live_a_night(second, champion="1.0.0", scores=oracle(0.75))
    _, facts, page = weekly()
    assert facts.windows[0].note == "not enough matured predictions: 8 of 20"
    assert facts.windows[0].accuracy is None
    assert "not enough matured predictions: 8 of 20" in page


def test_realised_accuracy_and_return_are_what_was_said_against_what_happened(home, oracle):
    """Against the slow way: every prediction of every night looked up alone."""
    held = days(9)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.75))
    for session in held[1:]:
        live_a_night(session, champion="1.0.0", scores=oracle(0.75))
    _, facts, _ = weekly()
    nights = nights_until("watched", AS_OF)
    panel = columns.load_panel(nights[-1].columns)
    right = total = 0
    for one in said_by(nights):
        for symbol, score in zip(one.symbols, one.score, strict=True):
            outcome = panel.label[panel.symbols.index(symbol), int(np.searchsorted(panel.sessions, np.datetime64(one.session)))]
            if np.isfinite(outcome):
                total, right = total + 1, right + ((score > 0.5) == (outcome == 1))
    since = facts.windows[2]
    assert since.predictions == total
    assert since.accuracy == pytest.approx(right / total)
    assert since.promised_accuracy == 0.75
    assert since.promised_return == pytest.approx(1.5 ** (8 / 252) - 1)
    assert facts.waiting == sum(len(one.symbols) for one in said_by(nights)) - total
    assert since.net_return is not None


def test_the_same_inputs_find_the_same_folder_and_news_another(home, oracle):
    held = days(3)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.75))
    live_a_night(held[1], champion="1.0.0", scores=oracle(0.75))
    before, _, _ = weekly()
    assert weekly()[0] == before
    live_a_night(held[2], champion="1.0.0", scores=oracle(0.75))
    assert weekly()[0] != before


def test_a_model_that_lost_its_skill_is_below_its_promise(home, oracle):
    held = days(14)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.30))
    for session in held[1:]:
        live_a_night(session, champion="1.0.0", scores=oracle(0.30))
    _, facts, page = weekly()
    assert facts.state == "below"
    assert facts.degraded
    assert "BELOW ITS PROMISE" in page
    assert "Degraded" in page


def test_each_version_answers_for_its_own_sessions(home, oracle):
    held = days(10)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.8))
    for session in held[1:5]:
        live_a_night(session, champion="1.0.0", scores=oracle(0.8))
    live_a_night(held[5], champion="1.0.0", released="1.0.1", scores=oracle(0.8))
    for session in held[6:]:
        live_a_night(session, champion="1.0.1", scores=oracle(0.8))
    _, facts, _ = weekly()
    by_name = {one.name: one for one in facts.versions}
    assert by_name["1.0.0"].last == str(held[4])
    assert by_name["1.0.1"].first == str(held[5])
    assert facts.promised.version == "1.0.1"


def test_a_night_that_kept_no_latest_score_is_rebuilt_from_the_next_one(home, oracle):
    held = days(4)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.75))
    for session in held[1:]:
        live_a_night(session, champion="1.0.0", kept_latest=False, scores=oracle(0.75))
    said = {one.session: one for one in said_by(nights_until("watched", AS_OF))}
    assert sorted(said) == held[:3]  # nobody has been asked about the last session yet
    assert str(held[2]) in said[held[1]].night


def test_no_session_after_the_as_of_is_looked_at(home, oracle):
    held = days(4)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.75))
    for session in held[1:]:
        live_a_night(session, champion="1.0.0", scores=oracle(0.75))
    earlier = sessions.close_of("XNYS", held[1]) + dt.timedelta(hours=2)
    assert [night.session for night in nights_until("watched", earlier)] == held[:2]


def test_the_interval_counts_sessions_and_not_rows(home, oracle):
    """Eight copies of one symbol carry no more evidence than one."""
    held = days(12)
    live_a_night(held[0], released="1.0.0", scores=oracle(0.7))
    for session in held[1:]:
        live_a_night(session, champion="1.0.0", scores=oracle(0.7))
    nights = nights_until("watched", AS_OF)
    found = matured(nights[-1], said_by(nights))
    one = type(found)(
        found.sessions, found.versions, found.score[:1], found.label[:1], found.net_return_fraction, found.hold_return_fraction
    )
    eight = type(found)(
        found.sessions, found.versions, found.score[:1].repeat(8, axis=0), found.label[:1].repeat(8, axis=0),
        found.net_return_fraction, found.hold_return_fraction,
    )  # fmt: skip
    assert realised(one, MARKET) == pytest.approx(realised(eight, MARKET))
