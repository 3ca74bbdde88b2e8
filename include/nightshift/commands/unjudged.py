"""What is told of a night that was not judged: where it stands, why, and where to read on; and of any night's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.commands.answers import folded
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    from nightshift.nouns.data_account import DataAccount
    from nightshift.storage.night import Night
    from nightshift.storage.night_state import NightState


def facts(night: Night, state: NightState) -> dict[str, str]:
    """What there is to say of a night without a verdict."""
    page = store.path(night.stage("report")) / "report.html"
    return {
        "night": night.address, "session": str(night.session), "decision": state.word.upper(), "state": state.word, "stage": state.at,
        "headline": state.reason, "report": str(page) if page.is_file() else "", "data": data_sentence(night),
    }  # fmt: skip


def data_sentence(night: Night) -> str:
    """The data account in a sentence; empty for a night that was not checked, or of before there was one."""
    account = data_account(night)
    return account.sentence if account else ""


def data_account(night: Night) -> DataAccount | None:
    """The data account of a night, where it has one."""
    from nightshift.nouns.data_account import DataAccount
    from nightshift.report.gather import beside

    return beside(night, DataAccount)


def data_lines(night: Night) -> list[str]:
    """The data account, folded; nothing where there is none."""
    from nightshift.report.lines.data_lines import lines as told_lines

    account = data_account(night)
    return [line for said in (told_lines(account) if account else ()) for line in folded(f"  {said}", indent=14)]


def lines(night: Night, told: dict) -> list[str]:
    """Where the night stands, why, and where to read on."""
    market, name = night.market.market, addresses.name_of(night.address)
    again = f"nightshift run --market {market} --as-of {night.as_of.isoformat()}"
    step = f"nightshift report --market {market} {name} --open" if told["state"] != "unfinished" else again
    return [
        *folded(f"{told['decision']}  {told['headline']}", indent=2),
        "",
        f"  night     {night.address}",
        f"  session   {told['session']}, as of {night.as_of:%Y-%m-%d %H:%M} UTC",
        *data_lines(night),
        *([f"  report    {told['report']}"] if told["report"] else []),
        f"  next      {step}",
    ]
