"""The trigger forms: typed, limited, with help. A value out of bounds is refused by Airflow before a run exists.

What may stay empty is `null`, never an empty string: the form takes an empty string for a missing value and blocks the button.
"""

from __future__ import annotations

from airflow.sdk import Param

from nightshift.config import Market

_AS_OF = "Build the night as it could have been known at this instant, e.g. 2026-11-19T21:30:00+00:00. Empty: the run's own."


def night(market: Market) -> dict[str, Param]:
    """The form of `daily_retrain`."""
    names = list(market.family_names)
    return {
        "symbols": Param(
            [],
            type="array",
            items={"type": "string", "minLength": 1, "maxLength": 32},
            uniqueItems=True,
            title="Symbols",
            description="One a line. Empty: every symbol of the market.",
            section="Data",
        ),
        "mode": Param(
            "full",
            type="string",
            enum=["full", "incremental"],
            title="Read",
            values_display={"full": "the whole history again", "incremental": "only what is new"},
            description="Both give the same night, bit for bit; incremental is faster.",
            section="Data",
        ),
        "as_of": _instant(),
        "families": Param(
            [],
            type="array",
            items={"type": "string", "enum": names},
            uniqueItems=True,
            examples=names,
            title="Families",
            description="Model families to train. Empty: all of the market's file.",
            section="Models",
        ),
        "trials": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            maximum=1000,
            title="Search trials a family",
            description="0: the parameters given. Empty: as the market's file says.",
            section="Models",
        ),
        "force": Param(
            False, type="boolean", title="Retrain anyway", description="Even if nothing is new; needs a reason.", section="Release"
        ),
        "reason": Param(
            None, type=["null", "string"], maxLength=500, title="Reason", description="Written into the ledger.", section="Release"
        ),
        "version_part": Param(
            "patch",
            type="string",
            enum=["patch", "minor", "major"],
            title="Version",
            values_display={"patch": "1.0.3 → 1.0.4", "minor": "1.0.3 → 1.1.0", "major": "1.0.3 → 2.0.0"},
            description="Which number goes up if tonight's challenger is promoted.",
            section="Release",
        ),
        "dry_run": Param(False, type="boolean", title="Dry run", description="Everything but the release itself.", section="Release"),
    }


def weekly() -> dict[str, Param]:
    """The form of `weekly_evaluation`."""
    return {"as_of": _instant()}


def gate_assay() -> dict[str, Param]:
    """The form of `gate_assay`."""
    return {
        "sequences": Param(
            1000, type="integer", minimum=20, title="Markets a case", description="Fewer than 1000 only show; they decide nothing."
        ),
        "nights": Param(
            250, type="integer", minimum=20, title="Nights a market", description="Fewer than 250 only show; they decide nothing."
        ),
        "as_of": _instant(),
    }


def rollback() -> dict[str, Param]:
    """The form of `rollback`."""
    return {
        "version": Param(
            "previous",
            type="string",
            pattern=r"^(previous|\d+\.\d+\.\d+)$",
            title="Version",
            description="`previous`, or a released version such as 1.0.3 (`nightshift history` lists them).",
        ),
        "retract": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d+\.\d+\.\d+$",
            title="Retract",
            description="A version that shall never serve again; where it is live, the one before it serves. Empty: only roll back.",
        ),
        "why": Param(type="string", minLength=3, maxLength=500, title="Why", description="Written into the ledger and the mail."),
        "who": Param(None, type=["null", "string"], maxLength=100, title="Who", description="Empty: whoever triggers this run."),
    }


def ingest() -> dict[str, Param]:
    """The form of `ingest`."""
    start = Param(
        None, type=["null", "string"], format="date", title="From", description="First session to load. Empty: the market's whole history."
    )
    return {"start": start, "as_of": _instant()}


def _instant() -> Param:
    return Param(None, type=["null", "string"], format="date-time", title="As of", description=_AS_OF, section="Data")
