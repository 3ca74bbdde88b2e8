"""`promote`: a judged night's challenger becomes what is served, by its verdict or on a person's word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from nightshift.commands import nights, run_night, summary
from nightshift.commands.answers import Answer
from nightshift.commands.asked import DRY_RUN, JSON, MARKET, NIGHT_NAME, QUIET, WHO
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, ConfigError, ReleaseRefused
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    from nightshift.storage.night import Night


@command(
    MARKET, DRY_RUN, WHO, JSON, QUIET,
    click.option("--night", "name", type=NIGHT_NAME, metavar="NIGHT", help="whose challenger  [default: the last judged night's]"),
    click.option("--why", default="", help="kept in the ledger  [default: the verdict's headline]"),
    click.option("--major", "part", flag_value="major", help="the version's first number goes up  [default: the last]"),
    click.option("--minor", "part", flag_value="minor", help="the version's second number goes up"),
    click.option("--force", is_flag=True, help="against the verdict, or an older session over a newer one; needs --who and --why"),
    examples=(
        "nightshift promote --who ann --why 'the board asked for it'",
        "nightshift promote --minor      # 1.0.3 is followed by 1.1.0",
        "nightshift promote --dry-run    # only the deployment test",
        "nightshift promote --night 2026-11-19-1a2b3c4d --force --who ann --why 'the newer data was wrong'",
    ),
)  # fmt: skip
def promote(
    market: str, name: str | None, dry_run: bool, who: str, why: str, force: bool, part: Literal["major", "minor"] | None
) -> Answer:
    """Promote a judged night's challenger, when its verdict is PROMOTE.

    --force releases it on a person's word: the ledger keeps who and why, and the release its verdict. Nothing forces the
    deployment test.
    """
    from nightshift.running import stages

    night = _judged(market, name)
    judged, before = stages.decision(night.address), summary.released_as(night)
    if force:
        _refuse_without_a_word(who, why)
        _refuse_superseded(market, before)
    elif not judged.promotes:
        raise ReleaseRefused(
            expected=f"a PROMOTE verdict for {night.address}",
            found=f"{judged.decision}: {judged.headline}",
            next_step=f"nightshift history --market {market} --last",
        )
    tested = stages.deployment_test(stages.stage(night.stage("verdict"), force))
    stages.promote(tested, dry_run=dry_run, who=who, why=why, force=force, part=part or "patch")
    stages.signals(night.address, dry_run=dry_run)
    said = run_night.verdict(night)
    said = replace(said, exit_code=EXIT_SUCCESS) if force else said
    return replace(said, lines=[*_already(market, before), "", *said.lines]) if before else said


def _already(market: str, before: str) -> list[str]:
    """A night is released once; whether its release is still what is served."""
    from nightshift.storage import ledger

    live = ledger.live(market)
    if live is not None and live.version == before:
        return [f"already released as {market} {before}, which is what it serves: nothing was changed"]
    instead = f"{market} serves {live.version if live else 'nothing'} now"
    return [
        f"already released as {market} {before}, but {instead}: nothing was changed",
        f"next      nightshift rollback --market {market} --to {before}",
    ]


def _judged(market: str, name: str | None) -> Night:
    """The night of this name, else the last judged one; without a verdict there is nothing to promote."""
    from nightshift.storage.night import night_of
    from nightshift.storage.night_state import state_of

    night = night_of(addresses.night(market, name)) if name else nights.last(market, "verdict")
    if not store.exists(night.stage("verdict")):
        state = state_of(night)
        again = f"nightshift run --market {market} --as-of {night.as_of.isoformat()} makes one that is judged"
        page = f"nightshift report --market {market} {addresses.name_of(night.address)}"
        raise ReleaseRefused(
            expected="a night with a verdict",
            found=f"{night.address}, which has none yet: {state.word if state.is_stopped else state.reason}",
            next_step=page if state.is_stopped else again,
        )
    return night


def _refuse_without_a_word(who: str, why: str) -> None:
    """Forcing is somebody's word: a name that was typed for it, and a reason."""
    typed = click.get_current_context().get_parameter_source("who") is not ParameterSource.DEFAULT
    lacking = [flag for flag, there in (("--who", typed and who.strip()), ("--why", why.strip())) if not there]
    if lacking:
        raise ConfigError(
            expected="--who and --why beside --force", found=f"no {' and no '.join(lacking)}", next_step="say both: the ledger keeps them"
        )


def _refuse_superseded(market: str, before: str | None) -> None:
    """A night is released once; what was served before is served again by a rollback."""
    from nightshift.storage import ledger

    live = ledger.live(market)
    if before and live and live.version != before:
        raise ReleaseRefused(
            expected="a night that was not released yet",
            found=f"it was, as {market} {before}",
            next_step=f"nightshift rollback --market {market} --to {before} serves it again",
        )
