"""The deployment test: a staged release has to answer in a fresh process exactly what it answered in training."""

from __future__ import annotations

from nightshift import isolation
from nightshift.errors import NightshiftError, ReleaseRefused
from nightshift.storage import store
from nightshift.storage.night import Night, night_of

TIMEOUT_S = 300.0


def test(night: Night) -> dict:
    """Facts of the staged release: checksums, first load, parity with training, latency, memory, size. A mismatch is refused."""
    staged = night.stage("staged")
    facts = asked("parity", {"release": staged, "night": night.address})
    release = store.read_json(store.open_folder(staged) / "release.json")
    _refuse_unless_same(facts)
    return {
        "passed": True,
        "staged": staged,
        "manifest_sha256": store.sha256_of(store.path(staged) / store.SEAL),
        "model_bytes": release["model_bytes"],
        **facts,
    }


test.__test__ = False  # type: ignore[attr-defined]  # a stage's verb, not a test for pytest to collect


def asked(function: str, arguments: dict, timeout_s: float = TIMEOUT_S) -> dict:
    """The answer of `probe.<function>` from a throw-away process; its crash, time-out or complaint refuses the release."""
    try:
        return isolation.call(f"nightshift.release.probe:{function}", arguments, timeout_s=timeout_s, threads=_threads(arguments))
    except NightshiftError as failure:
        raise ReleaseRefused(
            expected=f"{arguments['release']} to load and answer in a throw-away process",
            found=str(failure),
            next_step="what is served stays; run the night again, or choose another version",
        ) from failure


def _threads(arguments: dict) -> int | None:
    return night_of(arguments["night"]).market.execution.threads if "night" in arguments else None


def _refuse_unless_same(facts: dict) -> None:
    if facts["columns_differ"]:
        _refuse("columns as the column store has them", f"other values of {', '.join(facts['columns_differ'][:5])}")
    for where, compared in {**facts["parts"], "sample": facts["sample"]}.items():
        if not compared["equal"]:
            worst = compared["largest_difference"]
            _refuse(
                f"the scores of training on {compared['rows']} {where} rows", f"a difference of {worst if worst is not None else 'NaN'}"
            )
    if not facts["latest"]["finite"]:
        _refuse(f"finite scores for {facts['latest']['session']}", "NaN or infinity")


def _refuse(expected: str, found: str) -> None:
    raise ReleaseRefused(expected=expected, found=found, next_step="what is served stays; compare the staged model with training's")
