"""A verdict to look at."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.verdict_record import Decision, Verdict
from nightshift.report.notebook import html
from nightshift.report.notebook.table import Table

ANSWERS = {True: "passed", False: "failed", None: "not enough evidence"}


@dataclass(frozen=True)
class VerdictView:
    """PROMOTE, REJECT or ABSTAIN; `record` has all that was written."""

    record: Verdict

    @property
    def decision(self) -> Decision:
        """The gate's word."""
        return self.record.decision

    @property
    def headline(self) -> str:
        """Why, in a sentence."""
        return self.record.headline

    @property
    def challenger(self) -> str | None:
        """The family that was judged."""
        return self.record.challenger

    @property
    def champion_version(self) -> str | None:
        """What it was compared with."""
        return self.record.champion_version

    @property
    def checks(self) -> Table:
        """Every check: what was measured, what was asked, by how much it passed or failed, and why."""
        names = ("check", "answer", "value", "limit", "margin", "baseline", "baseline_value", "reason")
        rows = [
            (check.name, ANSWERS[check.passed], check.value, check.limit, check.margin, check.baseline, check.baseline_value, check.reason)
            for check in self.record.checks
        ]
        return Table.of_rows(names, rows)

    def __repr__(self) -> str:
        return f"<{self.decision}: {self.headline}>"

    def _repr_html_(self) -> str:
        facts = {"challenger": self.challenger, "compared with": self.champion_version, "why": self.headline}
        return html.card(self.decision, facts) + self.checks._repr_html_()
