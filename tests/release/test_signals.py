"""Signals: equal to a slow twin, from no more history than is needed, good for as long as they say."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.config import Costs, FamilyChoice, Label, Market, Serving
from nightshift.data import columns
from nightshift.data.columns import COLUMNS
from nightshift.data.columns.column import Column
from nightshift.errors import ReleaseRefused
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.release import ReleaseColumns, ReleaseLabel
from nightshift.nouns.signals import NUMBERS
from nightshift.release import deployment
from nightshift.release.probe import rebuilt
from nightshift.release.signals.answering import answer
from nightshift.release.signals.expiry import expires_at, for_session
from nightshift.release.signals.live_history import Need, live_history, need_of
from nightshift.release.signals.parity import live_parity
from nightshift.release.signals.validity import doubts

NAMES = ("rsi_2", "log_return_5", "volume_ratio_20", "days_since_previous_session", "rank_return_5")
RELEASE = SimpleNamespace(task="classification")
LABEL = ReleaseLabel(label=Label(), threshold=0.5)
STYLES = (
    Costs(style="long_flat"), Costs(style="long_short", threshold=0.6, borrow_bps_annual=300), Costs(style="top_k", top_k=2),
    Costs(style="event", threshold=0.7, holding_sessions=3, max_position_fraction=0.3),
)  # fmt: skip


class Weighing:
    """A model that weighs the columns of a row, and as a sequence those of the sessions before it."""

    def __init__(self, warmup_sessions: int = 0) -> None:
        self.warmup_sessions = warmup_sessions

    def predict(self, rows):
        values = np.nan_to_num(rows.panel.values.astype(np.float64))
        weight = np.sin(1.0 + np.arange(values.shape[2]))
        total = np.zeros(len(rows))
        for back in range(self.warmup_sessions + 1):
            total += values[rows.symbol, rows.session - back] @ weight / (1 + back)
        return 0.5 + 0.5 * np.sin(total)


def of(*names: str) -> ReleaseColumns:
    return ReleaseColumns(names=names, warmup_sessions={name: COLUMNS[name].warmup_sessions for name in names})


def market(costs: Costs | None = None, **serving) -> Market:
    facts = {"market": "small", "title": "Small", "calendar": "XNYS", "source": {"kind": "simulated"}}
    return Market(**facts, families=(FamilyChoice(name="ridge"),), costs=costs or Costs(), serving=Serving(**serving))


def made(seed: int, n_symbols: int, n_sessions: int) -> Bars:
    """Bars with gaps, symbols that come and go and join and leave, and sessions without a trade; somebody has a bar in each."""
    random = np.random.default_rng(seed)
    shape = (n_symbols, n_sessions)
    close = 40.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    high, low = close * 1.01, np.where(random.random(shape) < 0.03, close * 1.01, close * 0.99)
    volume = np.where(random.random(shape) < 0.03, 0.0, np.round(np.exp(random.normal(13, 0.6, shape))))
    at, comes = np.arange(n_sessions), random.integers(-n_sessions, n_sessions, (n_symbols, 1))
    goes = random.integers(0, 4 * n_sessions, (n_symbols, 1))
    there = (random.random(shape) > random.choice([0.0, 0.05, 0.5])) & (at >= comes) & (at <= goes)
    there[0] = True
    arrays = (np.where(there, values, np.nan) for values in (close * 0.998, high, low, close, volume))
    days = sessions.between("XNYS", sessions.utc("2020-01-01").date(), sessions.utc("2026-11-20").date())[-n_sessions:]
    return Bars(tuple(f"S{row}" for row in range(n_symbols)), days, *arrays, member=random.random(shape) > 0.1)


def slow(fitted, bars: Bars, chosen: Market) -> dict[str, dict[str, float]]:
    """Everything from the whole history, every column by itself, every position by its definition."""
    panel = rebuilt(bars, of(*NAMES))
    costs, newest, days = chosen.costs, len(bars.sessions) - 1, 4
    score = np.full((len(bars.symbols), days), np.nan)
    for row in range(len(bars.symbols)):
        for back in range(days):
            at = newest - back
            values = [np.float32(COLUMNS[name].compute(bars)[row, at]) for name in NAMES]
            if bars.eligible[row, at] and all(map(np.isfinite, values)):
                score[row, days - 1 - back] = fitted.predict(Single(panel, row, at))[0]
    wanted = [held(score[:, : last + 1], costs) * bars.member[:, newest - (days - 1 - last)] for last in (days - 2, days - 1)]
    nights = 1  # from Monday 2026-11-23, when they are traded, to Tuesday
    out = {}
    for row in np.flatnonzero(bars.eligible[:, -1]):
        before, now = wanted[0][row], wanted[1][row]
        rate = (costs.commission_bps + costs.slippage_bps) * abs(now - before) + max(-now, 0.0) * costs.borrow_bps_annual / 365 * nights
        numbers = (score[row, -1], now, before, rate, rate / 1e4 * costs.initial_capital, bars.close[row, -1])
        out[bars.symbols[row]] = dict(zip(NUMBERS, numbers, strict=True))
    return out


class Single:
    """One row."""

    def __init__(self, panel, row: int, at: int) -> None:
        self.panel, self.symbol, self.session = panel, np.array([row]), np.array([at])

    def __len__(self) -> int:
        return 1


def held(score: np.ndarray, costs: Costs) -> np.ndarray:
    """What is wanted after the last session, from the definition of the style."""
    now = score[:, -1]
    if costs.style == "top_k":
        best = sorted(np.flatnonzero(np.isfinite(now)), key=lambda row: -now[row])[: costs.top_k]
        return np.array([1 / costs.top_k if row in best else 0.0 for row in range(len(now))])
    if costs.style == "event":
        chosen = (score[:, -costs.holding_sessions :] > costs.threshold).any(axis=1)
        return chosen * min(1 / max(chosen.sum(), 1), costs.max_position_fraction)
    up, down = now > costs.threshold, now < 1 - costs.threshold
    if costs.style == "long_short":
        return up * 0.5 / max(up.sum(), 1) - down * 0.5 / max(down.sum(), 1)
    return up / max(up.sum(), 1)


@pytest.mark.parametrize("costs", STYLES, ids=lambda costs: costs.style)
@pytest.mark.parametrize("seed", [3, 5])
def test_signals_are_what_a_slow_twin_says(costs, seed):
    bars, chosen, fitted = made(seed, 7, 400), market(costs), Weighing(2)
    said = answer(fitted, RELEASE, of(*NAMES), LABEL, bars, chosen)
    expected = slow(fitted, bars, chosen)
    assert said.symbols == tuple(expected)
    assert np.isfinite(said.score).sum() >= 3
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(said, name), [one[name] for one in expected.values()], rtol=1e-6, atol=1e-9, err_msg=name)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), more=st.integers(1, 300), warmup=st.sampled_from([0, 7]), style=st.sampled_from(STYLES))
def test_a_longer_history_gives_the_same_signals_bit_for_bit(seed, more, warmup, style):
    """Whatever is declared: an average that remembers further than that would show it."""
    fitted, chosen = Weighing(warmup), market(style)
    declared = ReleaseColumns(names=(*NAMES, "ema_distance_20"), warmup_sessions=dict.fromkeys((*NAMES, "ema_distance_20"), 21))
    enough = need_of(fitted, declared, style).most_sessions
    whole = made(seed, 6, enough + more)
    long, short = (answer(fitted, RELEASE, declared, LABEL, bars, chosen) for bars in (whole, whole.last(enough)))
    assert long.symbols == short.symbols
    assert (long.session, long.for_session) == (short.session, short.for_session)
    for name in NUMBERS:
        assert getattr(long, name).tobytes() == getattr(short, name).tobytes(), name


def test_no_more_is_read_of_a_symbol_than_is_needed():
    bars, need = made(11, 6, 500), Need(warmup_bars=40, read_sessions=3, scored_sessions=2)
    near = live_history(bars, need)
    for row, symbol in enumerate(near.symbols):
        counted = near.present[row] & (near.volume[row] > 0) & (near.high[row] > near.low[row])
        first = int(near.present[row].argmax())
        assert counted[first:-3].sum() <= 40, symbol
    assert set(near.symbols) == {bars.symbols[row] for row in np.flatnonzero(bars.present[:, -3:].any(axis=1))}
    assert all(len(getattr(near, name)) == len(near.symbols) for name in FIELDS)


def fed(names: ReleaseColumns, bars: Bars):
    fitted = Weighing()
    return live_parity(fitted, names, bars, rebuilt(bars, names), need_of(fitted, names, Costs()))


def test_what_is_fed_with_all_it_declares_answers_as_on_the_whole_history():
    told = fed(of("ema_distance_20", *NAMES), made(2, 6, 700))
    assert told.columns_differ == {}
    assert told.scores.equal
    assert told.scores.rows >= 3
    assert len(told.sessions) == 3
    deployment._refuse_unless_fed_alike(told)


def test_a_warm_up_that_is_too_short_is_found_and_refused_by_name():
    declared = ReleaseColumns(names=("ema_distance_20", "rsi_2"), warmup_sessions={"ema_distance_20": 60, "rsi_2": 40})
    told = fed(declared, made(2, 6, 700))
    assert set(told.columns_differ) == {"ema_distance_20"}
    assert not told.scores.equal
    with pytest.raises(ReleaseRefused, match=r"with 60 bars of warm-up.*ema_distance_20 of S.*longer `warmup_sessions`"):
        deployment._refuse_unless_fed_alike(told)


def test_a_column_that_looks_ahead_is_found_on_the_evenings_before_the_newest(monkeypatch):
    def tomorrow(bars: Bars) -> np.ndarray:
        return np.where(bars.present, np.append(bars.close[:, 1:], bars.close[:, -1:], axis=1), np.nan)

    monkeypatch.setitem(COLUMNS, "tomorrow", Column("tomorrow", "momentum", 5, tomorrow, "The next close."))
    told = fed(ReleaseColumns(names=("tomorrow", "rsi_2"), warmup_sessions={"tomorrow": 5, "rsi_2": 40}), made(2, 6, 300))
    assert set(told.columns_differ) == {"tomorrow"}
    assert told.sessions[-1] not in told.columns_differ["tomorrow"]


def test_columns_and_label_of_two_releases_are_not_mixed():
    label = ReleaseLabel(label=Label(kind="return"), threshold=0.0)
    with pytest.raises(ValueError, match="of one release"):
        answer(Weighing(), RELEASE, of("rsi_2"), label, made(2, 3, 100), market())


def test_every_column_is_fed_alike_in_the_last_sessions():
    bars = made(8, 5, columns.warmup_sessions(COLUMNS.values()) + 300)
    everyone = replace(bars, member=None)
    assert fed(of(*COLUMNS), everyone).columns_differ == {}


@pytest.mark.parametrize(
    ("session", "serving", "serves", "until"),
    [
        ("2026-11-19", {"grace_minutes": 0}, "2026-11-20", "2026-11-20T21:00"),
        ("2026-11-20", {}, "2026-11-23", "2026-11-23T23:00"),  # over a weekend, and two hours for the next night
        ("2026-11-25", {"grace_minutes": 30}, "2026-11-27", "2026-11-27T18:30"),  # Thanksgiving, then a half day
        ("2026-11-19", {"grace_minutes": 0, "expires_after_sessions": 3}, "2026-11-20", "2026-11-24T21:00"),
    ],
)
def test_signals_are_good_until_the_close_of_the_session_they_are_for_and_the_grace(session, serving, serves, until):
    day = sessions.utc(session).date()
    assert str(for_session(market(**serving), day)) == serves
    assert expires_at(market(**serving), day) == sessions.utc(until)


def test_signals_of_the_last_day_that_a_calendar_knows_expire_too():
    from nightshift.sessions import span

    last = span("XNYS")[1]
    newest = sessions.last_closed("XNYS", sessions.utc(f"{last}T23:59"))
    assert expires_at(market(), newest) > sessions.utc(f"{last}T00:00")


def entry(kind: str, version: str) -> LedgerEntry:
    return LedgerEntry.model_construct(kind=kind, version=version, who="ann", why="bad fills", at="2026-11-30T22:00:00+00:00")


@pytest.mark.parametrize(
    ("at", "known", "words"),
    [
        ("2026-12-01T23:00", [("promote", "1.0.1")], []),
        ("2026-12-01T23:01", [("promote", "1.0.1")], ["EXPIRED"]),
        ("2026-12-01T22:00", [("promote", "1.0.1"), ("promote", "1.0.2")], ["NOT SERVED"]),
        ("2026-12-01T22:00", [("promote", "1.0.0"), ("promote", "1.0.1"), ("rollback", "1.0.0")], ["TAKEN BACK"]),
        ("2026-12-01T22:00", [("promote", "1.0.1"), ("retract", "1.0.1")], ["TAKEN BACK"]),
        ("2026-12-02T22:00", [], ["NOT SERVED", "EXPIRED"]),
    ],
)
def test_what_nobody_should_act_on_is_said_loudly(kept_signals, at, known, words):
    said = doubts(kept_signals("SignalsRecord"), sessions.utc(at), [entry(*one) for one in known])
    assert [word for word, _ in said] == words


def test_a_market_without_a_served_model_has_no_signals(kept_signals):
    ((word, says),) = doubts(kept_signals("SignalsRecord.nobody"), sessions.utc("2027-12-01"), [])
    assert (word, says) == ("NO SIGNALS", "no model of demo is served yet")
