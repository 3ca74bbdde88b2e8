"""The forks of the night, visible in the graph. A refusal is a result, not a failure; so is a night without news."""

from __future__ import annotations

import logging

from airflow.sdk import task

log = logging.getLogger("nightshift.gate")


def gate(examined: str) -> str:
    """Challenger against policy → PROMOTE, REJECT or ABSTAIN; the log says which, every check, and what it stands on."""
    from nightshift.report.lines import verdict_lines
    from nightshift.running import stages

    judged = stages.gate(examined)
    for line in verdict_lines.whole(stages.decision(judged)):
        log.info("%s", line)
    return judged


@task.branch
def work_or_rest(listened: str) -> list[str]:
    """With news the night is worked through; without it the last answer stands, and only signals and report are made."""
    from nightshift.running import stages

    return ["check", "families", "search_workers"] if stages.has_news(listened) else ["signals"]


@task.branch
def promote_or_refuse(judged: str) -> str:
    """PROMOTE goes on to staging; REJECT and ABSTAIN go straight to the signals of what is served."""
    from nightshift.running import stages

    return "stage" if stages.decision(judged).promotes else "signals"


@task.short_circuit(ignore_downstream_trigger_rules=False)
def not_a_dry_run(tested: str, dry_run: bool) -> bool:  # noqa: ARG001  # `tested` is the order of things
    """A dry run ends here: tested, not released."""
    return not dry_run
