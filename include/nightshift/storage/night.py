"""A night: one market, one session, one snapshot, one policy. Same inputs, same address, so a rerun is the same night."""

from __future__ import annotations

import datetime as dt
import json
import logging
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from nightshift import __version__, sessions
from nightshift.config import Market, Search
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.record import Record
from nightshift.storage import fingerprints, store

LOG = logging.getLogger("nightshift")
P = ParamSpec("P")
R = TypeVar("R")
Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True)
class Options:
    """What a person may ask of one night; each part changes the night's address, so nothing is reused wrongly."""

    symbols: tuple[str, ...] = ()  # empty: all
    families: tuple[str, ...] = ()  # empty: all of the market file
    trials: int | None = None  # None: as the market file says
    force: str = ""  # who forces a retrain, and why; empty: nobody
    params: dict[str, dict[str, Any]] = field(default_factory=dict)  # by family: what replaces the market file's parameters
    strategy: str = ""  # how parameters are searched; empty: as the market file says
    timeout_minutes: float | None = None  # of a family's search; None: as the market file says

    def as_arguments(self) -> dict:
        """The options as a stage's plain arguments."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    @classmethod
    def of(cls, arguments: dict) -> Options:
        """The options from plain arguments, e.g. what travelled as JSON."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in arguments.items()}
        return cls(**plain)


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
        return store.address(self.address, *name)

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

    def facts(self, *name: str) -> dict:
        """The facts of a finished stage: `<stage>/<stage>.json`."""
        return store.read_json(self.folder(*name) / f"{name[0]}.json")


def open_night(market: Market, as_of: dt.datetime, snapshot: str, options: Options) -> str:
    """Write `<night>/night` and return its address; the same inputs return the address that is already there."""
    session = sessions.last_closed(market.calendar, as_of)
    forced_at = as_of.isoformat() if options.force else ""
    key = store.fingerprint([snapshot, fingerprints.policy(market), asdict(options), forced_at, fingerprints.code()])
    where = store.address(market.market, "nights", f"{session}-{key[:8]}")
    facts = {
        "market": market.model_dump(mode="json"),
        "session": str(session),
        "as_of": as_of.isoformat(),
        "snapshot": snapshot,
        "options": asdict(options),
        "code": fingerprints.code(),
        "version": __version__,
    }
    return store.write(f"{where}/night", lambda folder: store.write_json(folder / "night.json", facts))


def night_of(where: str) -> Night:
    """The night that any address inside it belongs to."""
    root = "/".join(where.split("/")[:3])
    facts = store.read_json(store.open_folder(f"{root}/night") / "night.json")
    return Night(
        address=root,
        market=Market.model_validate(facts["market"]),
        session=dt.date.fromisoformat(facts["session"]),
        as_of=sessions.utc(facts["as_of"]),
        snapshot=facts["snapshot"],
        options=Options.of(facts["options"]),
    )


def timed(stage: Callable[P, R]) -> Callable[P, R]:
    """The stage, with its seconds and peak memory appended to its night's `timings.jsonl` (its market's, before there is a night)."""

    @wraps(stage)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        started, clock = time.time(), time.perf_counter()
        answer = stage(*args, **kwargs)
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        where = answer if isinstance(answer, str) else str(args[0] if args else kwargs["market"])
        what = " ".join([stage.__name__, *where.split("/")[4:]])
        line = {"stage": stage.__name__, "what": what, "started": started, "seconds": time.perf_counter() - clock, "peak_mib": peak_mib}
        log = store.path("/".join(where.split("/")[:3])) / "timings.jsonl"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as entries:
            entries.write(json.dumps(line) + "\n")
        LOG.info("%-28s %7.2f s  %s", what, line["seconds"], where)
        return answer

    return run
