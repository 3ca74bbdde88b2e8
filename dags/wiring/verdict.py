"""Where the night forks, and how it ends. A refusal is a result, not a failure; so is a night without news."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk import task

from wiring.approving import word_of

if TYPE_CHECKING:
    from nightshift.release.versions import Part

log = logging.getLogger("nightshift.gate")


@task.branch(doc_md="Is there a bar that no judged night had? Without one the last answer stands, and only signals and report are made.")
def listen(opened: str) -> list[str]:
    """With news the night is worked through; without it the last answer stands."""
    from nightshift.running import stages

    return ["check"] if stages.has_news(stages.listen(opened)) else ["signals"]


def gate(examined: str) -> str:
    """Challenger against policy → PROMOTE, REJECT or ABSTAIN; the log says which, every check, and what it stands on."""
    from nightshift.report.lines import verdict_lines
    from nightshift.running import stages

    judged = stages.gate(examined)
    for line in verdict_lines.whole(stages.decision(judged)):
        log.info("%s", line)
    return judged


def promote_or_keep(judged: str, part: Part, dry_run: bool, asks: bool = False, answer: dict[str, Any] | None = None) -> str:
    """PROMOTE: staged, loaded and tested in a process of its own, then served. REJECT, ABSTAIN or a dry run: what is served goes on.

    Where a person is asked, their word decides of both, and of what is held as too good to be true. The market's release is renewed, as
    an asset, only when something was released.
    """
    from airflow.sdk import get_current_context

    from nightshift.running import stages
    from wiring import assets

    verdict, word = stages.decision(judged), word_of(answer) if asks and not dry_run else None
    if not verdict.promotes and not (word and verdict.held):
        log.info("%s: nothing is released, and what is served goes on", verdict.decision)
        return judged
    if word and not word.releases:
        stages.decline(judged, word.who, word.why)
    else:
        said = {} if word is None else word.said_of(verdict)
        tested = stages.deployment_test(stages.stage(judged, bool(said.get("force"))))
        stages.promote(tested, dry_run=dry_run, part=part, **said)
    why = stages.kept_out_of(judged)
    if why or dry_run:
        log.info("%s", f"not released: {why}" if why else "dry run: staged and tested, not released")
        return judged
    context = get_current_context()
    for alias in context["task"].outlets:
        context["outlet_events"][alias].add(assets.release_of(alias))
    return judged
