"""A release is of the session of its newest bar, whatever session was asked about: the fence, its age and its words follow that."""

import dataclasses
import datetime as dt

import pytest

from nightshift import release
from nightshift.errors import ReleaseRefused
from nightshift.nouns.release import Release
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import night_of


def test_what_is_staged_is_of_the_newest_bar(released_market):
    """The night of the 17th, asked for as of the 20th, before the vendor had anything newer."""
    night = night_of(next(where for where in addresses.opened_nights("demo") if "2026-11-17" in where))
    store.remove(night.stage("staged"))
    asked_later = dataclasses.replace(night, session=dt.date(2026, 11, 20))
    made = Release.read(store.open_folder(release.stage(asked_later, force=True)))
    assert made.session == "2026-11-17"


def test_the_ledger_and_the_fence_follow_it(handmade):
    """A night as of the 20th whose newest bar is the 18th's does not stand in the way of the night of the 19th."""
    release.promote(handmade.night("2026-11-20", session="2026-11-18"), who="gate", why="better", at=handmade.AT)
    assert ledger.live(handmade.NAME).session == "2026-11-18"
    entry = release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    assert entry.session == "2026-11-19"
    late = handmade.night("2026-11-23", session="2026-11-17")
    with pytest.raises(ReleaseRefused, match=r"a session not before 2026-11-19, .*; found a night of 2026-11-17"):
        release.promote(late, who="gate", why="better", at=handmade.AT)
