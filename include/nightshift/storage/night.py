"""A night: one market, one session, one snapshot, one policy. Same inputs, same address, so a rerun is the same night."""

from __future__ import annotations

import datetime as dt
import logging
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from nightshift import sessions
from nightshift.config import Market, Search
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.options import Options
from nightshift.nouns.record import Record
from nightshift.nouns.timing_line import Timing
from nightshift.project import VERSION
from nightshift.storage import addresses, fingerprints, provenance, store

LOG = logging.getLogger("nightshift")
P = ParamSpec("P")
R = TypeVar("R")
Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True)
class Night:
    """What `extract` opened: the market as it was configured then, the instant, the data."""

    address: str
    market: Market
    session: dt.date
    as_of: dt.datetime
    snapshot: str
    options: Options

    @property
    def families(self) -> tuple[str, ...]:
        """The families to train tonight."""
        return self.options.families or self.market.family_names

    def params(self, family: str) -> dict[str, Any]:
        """The parameters a family starts from tonight: the market file's, then the options'."""
        return self.market.family(family).params | self.options.params.get(family, {})

    @property
    def trials(self) -> int:
        """Search trials per family tonight; 0 trains with the parameters given."""
        return self.market.search.trials if self.options.trials is None else self.options.trials

    @property
    def search(self) -> Search:
        """How parameters are searched tonight: as the market file says, but for what the options replace."""
        asked = {"strategy": self.options.strategy, "timeout_minutes": self.options.timeout_minutes}
        return self.market.search.model_copy(update={name: value for name, value in asked.items() if value})

    def timeout_s(self, family: str) -> float:
        """Seconds after which a family's training, and the search before it, is stopped."""
        searching = self.search.timeout_minutes if self.trials else 0.0
        return (self.market.family(family).timeout_minutes + searching) * 60

    def stage(self, *name: str) -> str:
        """The address of one stage's folder."""
        return addresses.stage(self.address, *name)

    def folder(self, *name: str) -> Path:
        """A finished stage's folder, verified."""
        return store.open_folder(self.stage(*name))

    def read(self, kind: type[Kind], *name: str) -> Kind:
        """The record that a finished stage left, verified and upgraded."""
        return kind.read(self.folder(*name))

    @property
    def columns(self) -> str:
        """The address of the column store that the night learns from."""
        return self.read(ColumnsRecord, "columns").store


def open_night(market: Market, as_of: dt.datetime, snapshot: str, options: Options) -> str:
    """Write `<night>/night` and return its address; the same inputs return the address that is already there."""
    session = sessions.last_closed(market.calendar, as_of)
    record = NightRecord(
        market=market, session=session, as_of=as_of, snapshot=snapshot, options=options, code=fingerprints.library(), version=VERSION,
        git_commit=provenance.git()["git_commit"], lock_sha256=provenance.lock_sha256(),
    )  # fmt: skip
    return store.write(addresses.stage(_address(record), "night"), record.write)


def night_of(where: str) -> Night:
    """The night that any address inside it belongs to."""
    root = addresses.night_of(where)
    opened = NightRecord.read(store.open_folder(addresses.stage(root, "night")))
    return Night(root, opened.market, opened.session, opened.as_of, opened.snapshot, opened.options)


def is_of_this_code(night: Night) -> bool:
    """True when the code and libraries that decide a night are still those that it was opened with."""
    return _address(night.read(NightRecord, "night")) == night.address


def _address(night: NightRecord) -> str:
    forced_at = night.as_of.isoformat() if night.options.force else ""
    asked = [night.snapshot, fingerprints.policy(night.market), night.options.model_dump(mode="json"), forced_at]
    key = store.fingerprint([*asked, fingerprints.of(fingerprints.NIGHT)])
    return addresses.night(night.market.market, f"{night.session}-{key[:8]}")


def timed(stage: Callable[P, R]) -> Callable[P, R]:
    """The stage, with its seconds and peak memory appended to its night's log (its market's, before there is a night)."""

    @wraps(stage)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        started, clock, cpu = time.time(), time.perf_counter(), _cpu_seconds()
        answer = stage(*args, **kwargs)
        seconds, peak_mib = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        where = answer if isinstance(answer, str) else str(args[0] if args else kwargs["market"])
        what = " ".join([stage.__name__, *where.split("/")[4:]])
        timing = Timing(
            stage=stage.__name__, what=what, started=started, seconds=seconds, peak_mib=peak_mib, cpu_seconds=_cpu_seconds() - cpu
        )
        timing.append(store.path(addresses.night_of(where)))
        LOG.info("%-28s %7.2f s  %s", what, seconds, where)
        return answer

    return run


def _cpu_seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
