"""A tested release becomes the champion. The protocol, in the order of its writes:

1. ledger   one transaction: is the market still serving what the challenger was compared with, is no newer session's model
            already released, has this night not been promoted? Then the entry, with its version and evidence. Committed,
            the promotion *has happened*; before that, nothing has. A person's word stands in for the first two, and for the verdict.
2. folder   `<market>/releases/<version>`: built beside its place from the staged folder, sealed, renamed.
3. pointer  `<market>/serving`: a new link renamed over the old one, under a lock that dies with its holder.

Steps 2 and 3 are `settling.settle`: computed from the ledger alone, the same bytes whoever runs them. A process killed before
the commit of 1 leaves nothing; killed after it, the next `promote` of this night or the next `repair` (every night's
preflight) finishes. Readers see the old release or the new one, never a mixture, and never none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import Change, Evidence, LedgerEntry
from nightshift.nouns.release import DeploymentTest, Release
from nightshift.nouns.verdict_record import Verdict
from nightshift.release import settling
from nightshift.release.versions import Part, following
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night


def promote(night: Night, who: str, why: str, *, at: dt.datetime | None = None, part: Part = "patch", force: bool = False) -> LedgerEntry:
    """The ledger entry by which the night's tested release went live; a night is promoted once, however often this is called.

    `at` is when it went live; left out, it is now: no result of a night depends on it. `force` releases against the verdict, or an
    older session's model over a newer one's, on the word of `who`, and the ledger says so; nothing forces the deployment test.
    """
    word = _Word(who, why, at or dt.datetime.now(dt.UTC), force)
    entry = ledger.promotion_of(night.address) or _appended(night, word, part)
    _refuse_retracted(entry)
    settling.place(entry)
    settling.settle(night.market.market)
    return entry


def ask(night: Night, who: str, why: str, *, part: Part = "patch", force: bool = False) -> None:
    """Refuse what `promote` would refuse now, the fence too; nothing is written, and a night that was promoted is not asked again."""
    if ledger.promotion_of(night.address) is None:
        word = _Word(who, why, dt.datetime.now(dt.UTC), force)
        change, seen = _change(night, word, part)
        ledger.ask(change, expected_live=seen)


@dataclass(frozen=True)
class _Word:
    who: str
    why: str
    at: dt.datetime
    force: bool


def _appended(night: Night, word: _Word, part: Part) -> LedgerEntry:
    change, seen = _change(night, word, part)
    try:
        return ledger.append(change, at=word.at, expected_live=seen)
    except ReleaseRefused:
        written = ledger.promotion_of(night.address)  # another process promoted this same night first
        if written is None:
            raise
        return written


def _change(night: Night, word: _Word, part: Part) -> tuple[Change, str | None]:
    """What the ledger is asked to write, and the version that has to be live for it."""
    market = night.market.market
    served = ledger.live(market)
    _refuse_unless_allowed(night, word)
    tested = night.read(DeploymentTest, "deployment_test")
    staged = store.open_folder(tested.staged)
    release = Release.read(staged)
    _refuse_untested(tested, store.sha256_of(staged / store.SEAL))
    version = _version(market, part)
    change = Change(
        market=market,
        kind="force" if word.force else "promote",
        version=version,
        release=addresses.release(market, version),
        night=night.address,
        session=release.session,
        as_of=night.as_of.isoformat(),
        who=word.who,
        why=word.why,
        evidence=_evidence(night, tested, release),
    )
    return change, (served.version if served else None) if word.force else release.parent


def _refuse_unless_allowed(night: Night, word: _Word) -> None:
    """By the verdict, or by a person who says who that is and why."""
    verdict = night.read(Verdict, "verdict")
    if word.force and not (word.who.strip() and word.why.strip()):
        raise ReleaseRefused(
            expected="who forces the release, and why",
            found=f"who {word.who!r}, why {word.why!r}",
            next_step="say both: the ledger has them",
        )
    if not word.force and not verdict.promotes:
        raise ReleaseRefused(
            expected="a PROMOTE verdict", found=f"{verdict.decision}: {verdict.headline}", next_step="nightshift report shows the checks"
        )


def _refuse_retracted(entry: LedgerEntry) -> None:
    """A night's release that was retracted since is not brought back by promoting the night once more."""
    said = ledger.retractions(entry.market).get(entry.version)
    if said is not None:
        raise ReleaseRefused(
            expected=f"a release of {entry.night} that may serve",
            found=f"{entry.version}, retracted by {said.who}: {said.why}",
            next_step="what was retracted never serves again; the next night makes another",
        )


def _version(market: str, part: Part) -> str:
    # A folder without an entry means that somebody lost a ledger: its number is never given twice.
    folders = [addresses.name_of(where) for where in store.children(addresses.releases(market))]
    return following([*(entry.version for entry in ledger.entries(market)), *folders], part)


def _evidence(night: Night, tested: DeploymentTest, release: Release) -> Evidence:
    verdict = night.read(Verdict, "verdict")
    return Evidence(
        family=release.family,
        headline=verdict.headline,
        checks=verdict.checks,
        snapshot=night.snapshot,
        staged=tested.staged,
        manifest_sha256=tested.manifest_sha256,
    )


def _refuse_untested(tested: DeploymentTest, found: str) -> None:
    if not tested.passed or tested.manifest_sha256 != found:
        raise ReleaseRefused(
            expected=f"the staged release that was tested, manifest {tested.manifest_sha256[:12]}",
            found=f"manifest {found[:12]}",
            next_step="run the night again",
        )
