"""Real families on a small simulated market: staged, tested in a throw-away process, promoted, asked, damaged, taken back."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import evaluation

from nightshift import models, release
from nightshift.config import Execution, FamilyChoice, Label, Market, Split
from nightshift.data import columns, snapshot
from nightshift.data.quality import blocks_of, clean_bars
from nightshift.errors import Damaged, ReleaseRefused
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.measures import Measure
from nightshift.nouns.options import Options
from nightshift.nouns.panel import rows_of
from nightshift.nouns.release import DeploymentTest, Release, ReleaseColumns
from nightshift.nouns.scores import Scores, ScoresByName
from nightshift.nouns.signals import Signals
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.release import deployment, probe, rollbacks
from nightshift.release.signals import issued, issuing, live_rows, rechecking, throwaway
from nightshift.release.signals.issued import at as issued_at
from nightshift.running import stages
from nightshift.sessions import utc
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night, night_of, open_night

KEPT = Path(__file__).parents[1] / "nouns" / "kept"
FAMILIES = ("logistic", "xgboost", "lightgbm", "catboost")
SOURCE = {"kind": "simulated", "symbols": 5, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.6}}


def market(columns: tuple[str, ...] = ("returns", "rsi_14")) -> Market:
    return Market(
        market="small",
        title="Small",
        calendar="XNYS",
        source=SOURCE,
        columns=columns,
        label=Label(kind="direction"),
        split=Split(),
        families=tuple(FamilyChoice(name=name) for name in FAMILIES),
    )


def trained(chosen: Market, as_of: str) -> Night:
    """Source, bars, columns and every family for real; what proof and gate say is written by hand in `judged`."""
    from nightshift.data.quality import cleaning

    taken = snapshot.take(chosen, utc(as_of))
    night = night_of(open_night(chosen, utc(as_of), taken, Options()))
    rows = cleaning.clean(snapshot.table(taken), chosen.calendar, night.session, night.as_of).rows
    store.write(night.stage("check"), lambda folder: _bars(rows, folder))
    kept = stages.columns(night.stage("check"))
    for family in FAMILIES:
        stages.train(kept, family)
    return night


def judged(night: Night, family: str) -> Night:
    store.write(night.stage("evaluation"), evaluation({family: {"accuracy": Measure(0.7, 0.65, 0.75)}}).write)
    told = {"headline": f"{family} passes", "challenger": family}
    verdict = Verdict(decision="PROMOTE", **told, champion_version=None, champion_judged=False)
    store.write(night.stage("verdict"), verdict.write)
    return night


def _bars(rows, folder: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(rows, folder / "bars.parquet")


@pytest.fixture(scope="module")
def first_night(tmp_path_factory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(home))
        return home, trained(market(), "2026-06-30T22:00").address


@pytest.fixture
def night(first_night, tmp_path, monkeypatch) -> Night:
    """A copy of the trained night in a home of this test's own."""
    home, address = first_night
    shutil.copytree(home, tmp_path / "copy")
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "copy"))
    return night_of(address)


def by_hand(night: Night, family: str) -> LedgerEntry:
    """Promoted without its deployment test, which has tests of its own."""
    staged = release.stage(judged(night, family))
    tested = DeploymentTest.of_facts(store.read_json(KEPT / "DeploymentTest.json"), KEPT)
    told = {"staged": staged, "manifest_sha256": store.sha256_of(store.path(staged) / store.SEAL)}
    store.write(night.stage("deployment_test"), tested.model_copy(update=told).write)
    return release.promote(night, who="gate", why="passes")


@pytest.mark.parametrize("family", ["logistic", "xgboost"])
def test_a_staged_release_answers_in_a_fresh_process_what_it_answered_in_training(night, family):
    staged = release.stage(judged(night, family))
    tested = release.test(night)
    assert tested.passed
    assert tested.columns_differ == ()
    assert {part: one.bit_equal_rows == one.rows > 0 for part, one in tested.parts.items()} == dict.fromkeys(tested.parts, True)
    assert {"validate", "test"} <= tested.parts.keys()
    assert tested.sample.equal
    assert tested.live.columns_differ == {}
    assert (tested.live.scores.rows, tested.live.scores.equal, len(tested.live.sessions)) == (15, True, 3)
    assert tested.live.warmup_bars == max(ReleaseColumns.read(store.path(staged)).warmup_sessions.values()) < tested.live.history_sessions
    assert tested.single_row_p50_ms > 0
    assert tested.model_bytes > 100
    trained = TrainingRecord.read(store.path(night.stage("models", family)))
    assert Release.read(store.path(staged)).learned_until == trained.learned_until is not None
    assert {"model_card.md", "columns.json", "label.json", "release.json", "verdict.json"} <= {p.name for p in store.path(staged).iterdir()}


def test_a_challenger_that_was_refused_is_staged_by_force_with_the_verdict_and_the_champion_it_had(night):
    judged(night, "logistic")
    folder = store.path(night.stage("verdict"))
    told = {"decision": "REJECT", "champion_version": "0.9.0", "champion_judged": True}
    Verdict.read(folder).model_copy(update=told).write(folder)
    store._seal(folder)
    with pytest.raises(ReleaseRefused, match="expected a PROMOTE verdict; found REJECT"):
        release.stage(night)
    staged = store.open_folder(release.stage(night, force=True))
    assert Verdict.read(staged).decision == "REJECT"
    assert Release.read(staged).parent == "0.9.0", "nothing is served now, and that is what is forced"
    assert release.test(night).passed


def test_a_release_without_a_live_row_of_the_newest_session_is_refused(night, monkeypatch):
    """Every score of training is the same, and nobody would be served."""
    release.stage(judged(night, "logistic"))
    answered = deployment.asked("parity", {"release": night.stage("staged"), "night": night.address})
    assert (answered["latest"]["rows"], answered["latest"]["due"], answered["latest"]["unanswered"]) == (5, 5, [])

    def asked(rows, *unanswered):
        told = {**answered, "latest": {**answered["latest"], "rows": rows, "unanswered": unanswered}}
        monkeypatch.setattr(deployment, "asked", lambda *_, **__: told)
        return release.test(night)

    with pytest.raises(ReleaseRefused, match=r"at least 90% of the 5 symbols .* found 0 rows; without: SIM0000, SIM0001"):
        asked(0, "SIM0000", "SIM0001", "SIM0002", "SIM0003", "SIM0004")
    with pytest.raises(ReleaseRefused, match="found 4 rows; without: SIM0003"):
        asked(4, "SIM0003")
    assert asked(5).latest.rows == 5


def test_only_symbols_past_their_warm_up_are_due_a_live_row(night):
    from nightshift.data.quality import clean_bars

    bars = clean_bars(night)
    n_bars = int(bars.present.sum(axis=1).max())
    everyone = live_rows.due(bars, ReleaseColumns(names=("a",), warmup_sessions={"a": 14}))
    assert len(everyone) == bars.present[:, -1].sum()
    assert live_rows.due(bars, ReleaseColumns(names=("a",), warmup_sessions={"a": n_bars})) == ()
    score = np.where(np.arange(5) == 2, np.nan, 0.5)
    said = Signals(night.session, night.session, bars.symbols, score, *[np.zeros(5)] * 5)
    told = live_rows.latest(said, everyone)
    assert (told.rows, told.due, told.unanswered, told.finite) == (4, 5, ("SIM0002",), True)


def test_the_model_card_says_data_period_columns_metrics_limits_and_use(night):
    staged = store.open_folder(release.stage(judged(night, "logistic")))
    card = (staged / "model_card.md").read_text()
    for told in ("## Intended use", "## Data", "2026-01-02 to 2026-06-30", "rsi_14", "accuracy: 0.7 (0.65 to 0.75)", "## Limits"):
        assert told in card


def test_a_staged_model_that_answers_otherwise_than_training_is_refused(night):
    judged(night, "logistic")
    staged = release.stage(night)
    other = store.path(night.stage("models", "lightgbm"))
    folder = store.path(staged)
    shutil.rmtree(folder / "model")
    shutil.copytree(other / "model", folder / "model")
    store._seal(folder)  # somebody sealed a wrong model: the checksums are right, the answers are not
    with pytest.raises(ReleaseRefused, match=r"expected the scores of training on \d+ \w+ rows; found a difference of 0\."):
        release.test(night)
    assert ledger.entries("small") == []


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"budget_latency_ms": 1e-6}, r"expected 95 of 100 single answers within 1e-06 ms; found [\d.e+]+ ms; next: .*budget_latency_ms"),
        ({"budget_model_mib": 1e-6}, r"expected model files of at most 1e-06 MiB; found [\d.e-]+ MiB; next: .*budget_model_mib"),
    ],
)
def test_a_release_beyond_its_markets_budget_is_refused(night, budget, said):
    release.stage(judged(night, "logistic"))
    execution = night.market.execution.model_copy(update=budget)
    with pytest.raises(ReleaseRefused, match=said):
        release.test(replace(night, market=night.market.model_copy(update={"execution": execution})))
    assert ledger.entries("small") == []


def test_a_budget_is_met_at_its_limit_and_none_is_asked_by_default():
    deployment._refuse_beyond_budget(Execution(), 1e9, 1e9)
    deployment._refuse_beyond_budget(Execution(budget_latency_ms=2.0, budget_model_mib=3.0), 2.0, 3.0)
    for beyond in ((2.1, 3.0), (2.0, 3.1), (float("nan"), 3.0), (2.0, float("nan"))):
        with pytest.raises(ReleaseRefused):
            deployment._refuse_beyond_budget(Execution(budget_latency_ms=2.0, budget_model_mib=3.0), *beyond)


def test_columns_that_cannot_be_rebuilt_are_refused_by_name():
    tested = DeploymentTest.of_facts(store.read_json(KEPT / "DeploymentTest.json"), KEPT)
    with pytest.raises(ReleaseRefused, match="other values of rsi_14"):
        deployment._refuse_unless_same(tested.model_copy(update={"columns_differ": ("rsi_14",)}))


@pytest.mark.parametrize("family", FAMILIES)
def test_damaged_model_files_are_refused_before_a_native_loader_sees_a_byte(night, family, monkeypatch):
    version = by_hand(night, family).release
    monkeypatch.setattr("nightshift.models.load", lambda folder: pytest.fail("a native loader saw damaged bytes"))
    random, harmed = np.random.default_rng(7), 0
    for file in sorted(f for f in (store.path(version) / "model").rglob("*") if f.is_file()):
        whole = file.read_bytes()
        for harm in ("cut", "flipped", "zeroed") * 8:
            file.write_bytes(damaged(whole, harm, random))
            if file.read_bytes() == whole:
                continue
            harmed += 1
            with pytest.raises(Damaged, match=f"{file.name} as it was sealed; found it is changed"):
                probe.first_load(version)
            with pytest.raises(Damaged):
                release.champion("small")
        file.write_bytes(whole)
    assert harmed >= 40
    assert store.pointed("small/serving") == version


def damaged(whole: bytes, harm: str, random) -> bytes:
    place = int(random.integers(len(whole)))
    if harm == "cut":
        return whole[:place]
    if harm == "flipped":
        return whole[:place] + bytes([whole[place] ^ (1 << int(random.integers(8)))]) + whole[place + 1 :]
    return whole[:place] + b"\0" * min(512, len(whole) - place) + whole[place + 512 :]


@pytest.mark.parametrize("harm", ["cut", "other_leaves"])
def test_damage_that_was_sealed_harms_the_throw_away_process_alone(night, harm):
    """LightGBM aborts its process on a text model that is cut, and loads one with other leaves without a word: both are refused."""
    entry = by_hand(night, "lightgbm")
    model = next((store.path(entry.release) / "model").rglob("*.txt"))
    text = model.read_text()
    leaves = text.index("leaf_value=") + len("leaf_value=")
    model.write_text(text[: leaves + 5] if harm == "cut" else text[:leaves] + "9" + text[leaves + 1 :])
    store._seal(store.path(entry.release))
    with pytest.raises(ReleaseRefused, match=r"expected version 1\.0\.0"):
        rollbacks._refuse_unless_whole(entry)


def yardsticks(night: Night) -> tuple[YardsticksRecord, ScoresByName]:
    folder = store.open_folder(stages.score_yardsticks(night.stage("columns")))
    return YardsticksRecord.read(folder), ScoresByName.read(folder, columns.load_panel(night.columns))


def test_before_the_first_release_the_yardsticks_are_the_rules(night):
    record, said = yardsticks(night)
    assert (record.champion_version, record.left_out) == (None, {})
    assert list(said.of) == ["always_up", "last_sign", "mean"]
    assert set(said.part) == {"validate", "test"}


def test_the_champion_is_asked_on_a_night_with_other_columns(night):
    by_hand(night, "xgboost")
    tonight = trained_again(night)
    record, said = yardsticks(tonight)
    assert record.champion_version == "1.0.0"
    assert list(said.of) == ["always_up", "mean", "champion"]
    assert "the column log_return_1" in record.left_out["last_sign"]
    panel = columns.load_panel(night.columns)
    known, again = Scores.read(night.folder("models", "xgboost"), panel).laid_out, said.laid_out("champion")
    at = np.searchsorted(said.rows.panel.sessions, panel.sessions)
    assert (said.rows.panel.sessions[at] == panel.sessions).all()
    both = np.isfinite(known) & np.isfinite(again[:, at])
    assert both.sum() > 200
    np.testing.assert_array_equal(known[both], again[:, at][both])
    assert np.isfinite(again[:, -1]).all(), "the newest session too"


def test_a_champion_whose_column_is_gone_from_the_code_is_left_out_and_the_rules_stay(night):
    release_folder = store.path(by_hand(night, "logistic").release)
    renamed = (release_folder / "columns.json").read_text().replace('"rsi_14"', '"rsi_41"')
    (release_folder / "columns.json").write_text(renamed)
    store._seal(release_folder)
    record, said = yardsticks(night)
    assert record.champion_version is None
    assert "rsi_41" in record.left_out["champion"]
    assert list(said.of) == ["always_up", "last_sign", "mean"]


def trained_again(night: Night) -> Night:
    """The same bars a policy later: fewer columns, so that the champion's own list has to be used."""
    again = night_of(open_night(market(("rsi_14", "sma_distance_10")), night.as_of, night.snapshot, Options()))
    shutil.copytree(store.path(night.stage("check")), store.path(again.stage("check")))
    stages.columns(again.stage("check"))
    return again


def test_rollback_first_loads_the_target_in_a_throw_away_process(night):
    by_hand(night, "logistic")
    second = night_of(open_night(market(("rsi_14", "returns", "sma_distance_10")), night.as_of, night.snapshot, Options()))
    for stage in ("check", "columns", "models"):
        shutil.copytree(store.path(night.stage(stage)), store.path(second.stage(stage)))
    by_hand(second, "xgboost")
    assert release.champion("small").release.family == "xgboost"
    assert release.rollback(night.market, who="ada", why="it lost money").version == "1.0.0"
    assert Release.read(store.path("small/serving")).family == "logistic"


def refused_later(as_of: str, revise=None) -> Night:
    """A checked night of another evening, whose challenger was refused."""
    from nightshift.data.quality import cleaning

    chosen, taken = market(), snapshot.take(market(), utc(as_of))
    night = night_of(open_night(chosen, utc(as_of), taken, Options()))
    rows = cleaning.clean(snapshot.table(taken), chosen.calendar, night.session, night.as_of).rows
    store.write(night.stage("check"), lambda folder: _bars(revise(rows) if revise else rows, folder))
    verdict = Verdict(decision="REJECT", headline="worse", challenger="logistic", champion_version="1.0.0", champion_judged=True)
    store.write(night.stage("verdict"), verdict.write)
    return night


def directly(function, arguments):
    """What a throw-away process would answer, without one."""
    return getattr(throwaway, function.rpartition(":")[2])(**arguments)


def test_a_refused_night_ends_with_the_champions_signals_and_asks_last_times_again(night, monkeypatch):
    by_hand(night, "xgboost")
    first = issued_at(release.issue(night))  # in a throw-away process
    assert (first.record.version, first.record.family, first.record.recheck) == ("1.0.0", "xgboost", None)
    assert (str(first.record.session), str(first.record.for_session), first.record.dry_run) == ("2026-06-30", "2026-07-01", False)
    monkeypatch.setattr(issuing, "asked", directly)
    later = refused_later("2026-07-01T22:00")
    told = issued_at(release.issue(later))
    assert told.record.version == "1.0.0"
    assert (told.record.recheck.session, told.record.recheck.equal, told.record.recheck.symbols) == ("2026-06-30", True, 5)
    panel = probe.rebuilt(clean_bars(later), ReleaseColumns.read(store.path("small/releases/1.0.0")))
    newest = rows_of(panel, np.array([len(panel.sessions) - 1]), labelled=False)
    whole = models.load(store.path("small/releases/1.0.0") / "model").predict(newest)
    np.testing.assert_allclose(told.rows.score, whole, atol=1e-6)
    assert {file.name for file in store.path(told.address).iterdir()} >= {"signals.parquet", "signals.csv", "signals.json"}
    assert release.issue(later) == told.address
    part = replace(later, options=Options(symbols=("SIM0001",)))
    partial = issued_at(release.issue(part)).record
    assert (partial.counts, partial.why_none) == (None, "a night on part of the symbols (1) says nothing of the whole market")
    assert issued.newest("small").address == told.address
    dry = issued_at(release.issue(later, dry_run=True))
    assert (dry.record.dry_run, dry.address != told.address) == (True, True)


def test_last_times_signals_that_would_be_otherwise_name_the_revision_or_the_defect(night, monkeypatch):
    import pyarrow as pa

    monkeypatch.setattr(issuing, "asked", directly)
    by_hand(night, "logistic")
    first = issued_at(release.issue(night))

    def revised(rows):
        close = rows["close"].to_numpy().copy()
        here = (rows["symbol"].to_numpy(zero_copy_only=False) == "SIM0002") & (rows["session"].to_numpy() == np.datetime64("2026-06-29"))
        close[here] *= 1.004
        return rows.set_column(rows.column_names.index("close"), "close", pa.array(close))

    told = issued_at(release.issue(refused_later("2026-07-01T22:00", revised))).record.recheck
    assert not told.equal
    assert told.cause == "bars until then were revised since: SIM0002"
    assert (told.worst[0].symbol, told.worst[0].cause) == ("SIM0002", rechecking.REVISED)
    assert {one.cause for one in told.worst[1:]} <= {rechecking.OTHERS_REVISED}
    blocks, said = blocks_of(night), first.rows
    other = replace(said, score=said.score + 0.01)
    assert rechecking.recheck(first.record, said, said, blocks).equal
    odd = rechecking.recheck(first.record, other, said, blocks)
    assert (odd.changed, odd.cause) == (5, rechecking.DEFECT)
    monkeypatch.setattr("nightshift.storage.fingerprints.library", lambda: "other")
    assert rechecking.recheck(first.record, other, said, blocks).cause == rechecking.OTHER_CODE


def test_a_release_that_declares_too_short_a_warm_up_is_refused_on_staging(night, monkeypatch):
    folder = store.path(release.stage(judged(night, "logistic")))
    declared = ReleaseColumns.read(folder)
    declared.model_copy(update={"warmup_sessions": {**declared.warmup_sessions, "rsi_14": 20}}).write(folder)
    store._seal(folder)
    monkeypatch.setattr(deployment, "asked", lambda function, arguments: getattr(probe, function)(**arguments))
    with pytest.raises(ReleaseRefused, match=r"20 bars of warm-up.*found rsi_14 of SIM.*longer `warmup_sessions`"):
        release.test(night)


def test_a_champion_that_cannot_answer_leaves_a_night_that_says_so_and_is_asked_again(night):
    version = by_hand(night, "logistic").release
    next(store.path(version).rglob("*.npz")).unlink()
    told = [issued_at(release.issue(night)) for _ in range(2)]
    assert [addresses.name_of(one.address) for one in told] == ["1.0.0-failed-0", "1.0.0-failed-1"]
    for one in told:
        assert (one.record.version, one.record.counts, one.rows) == ("1.0.0", None, None)
        assert "it is missing" in one.record.why_none
