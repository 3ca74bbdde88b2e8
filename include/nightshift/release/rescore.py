"""Any release on any period: what `nightshift evaluate --release` measures."""

from __future__ import annotations

import datetime as dt

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.errors import ConfigError, ReleaseRefused
from nightshift.nouns.bars import Bars
from nightshift.nouns.options import Options
from nightshift.nouns.panel import Panel
from nightshift.nouns.release import Release, ReleaseLabel
from nightshift.nouns.rescored import Rescored
from nightshift.proof.evaluation import measuring
from nightshift.proof.evaluation.material import Material
from nightshift.storage import addresses, store
from nightshift.storage.night import Night, night_of, open_night


def evaluate_release(
    market: Market, version: str, first: dt.date | None = None, last: dt.date | None = None, as_of: dt.datetime | None = None
) -> Rescored:
    """A release measured on the sessions from `first` to `last`, on bars as known at `as_of`, in a throw-away process.

    Without `first`: from the first session that the release had not seen when it was made. Without `last`: to the newest.
    Without `as_of`: as known at the end of `last`, or where that is not given either, when the release was made.
    """
    where, made = _release(market, version)
    night = _checked_night(market, as_of or sessions.utc(f"{last}T23:59:59" if last else made.as_of))
    material = _material(night, version, where, (first or _unseen_from(market, made), last or night.session))
    judged = measuring.judge(material, "test")
    return Rescored(
        market=market.market,
        release=version,
        family=made.family,
        made_on=made.session,
        sessions=measuring.span_of(material, "test"),
        seen_in_training=str(first or _unseen_from(market, made)) <= made.session,
        measures=judged.measures[version],
        benchmarks={name: judged.measures[name] for name in judged.portfolios if name != version},
    )


def _release(market: Market, version: str) -> tuple[str, Release]:
    where = addresses.release(market.market, version)
    if not store.exists(where):
        known = [addresses.name_of(one) for one in store.children(addresses.releases(market.market))]
        raise ReleaseRefused(
            expected=f"release {version} of {market.market}", found=f"releases {known}", next_step="nightshift history lists them"
        )
    return where, Release.read(store.open_folder(where))


def _checked_night(market: Market, as_of: dt.datetime) -> Night:
    """A night of this instant with its bars cleaned and accepted, as a full night would see them."""
    from nightshift.data import quality, snapshot

    night = night_of(open_night(market, as_of, snapshot.take(market, as_of, (), full=True), Options()))
    checked = store.write(night.stage("check"), lambda folder: quality.check(night, folder))
    quality.refuse_unless_passed(night, checked)
    return night


def _unseen_from(market: Market, made: Release) -> dt.date:
    return sessions.expected_following(market.calendar, dt.date.fromisoformat(made.session), 1)


def _material(night: Night, version: str, where: str, period: tuple[dt.date, dt.date]) -> Material:
    """The release's scores and the outcomes on the period's sessions."""
    from nightshift import release
    from nightshift.data.labels import label
    from nightshift.data.quality import clean_bars

    bars = clean_bars(night)
    asked = _inside(bars, period)
    outcome, reach = label(bars, ReleaseLabel.read(store.path(where)).label)
    panel = Panel(bars.symbols, bars.sessions, (), np.zeros((*bars.shape, 0), dtype=np.float32), outcome, reach)
    score = release.predict(where, night, panel, bars.sessions[asked[0]].astype(object)).laid_out
    inside = np.full(bars.shape, np.nan)
    inside[:, asked] = score[:, asked]
    return Material(night.market, panel, bars, {"test": asked}, {version: inside}, (version,), (), None, {})


def _inside(bars: Bars, period: tuple[dt.date, dt.date]) -> np.ndarray:
    first, last = (np.datetime64(day, "D") for day in period)
    asked = np.flatnonzero((bars.sessions >= first) & (bars.sessions <= last))
    if not len(asked):
        raise ConfigError(
            expected=f"sessions from {first} to {last}", found=f"bars from {bars.sessions[0]} to {bars.sessions[-1]}",
            next_step="choose --from and --to inside them, or a later --as-of",
        )  # fmt: skip
    return asked
