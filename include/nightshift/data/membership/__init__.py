"""Who belongs to a market on which day: read from its files, and put on its bars."""

from nightshift.data.membership.on_bars import members_on, used_rows, with_members
from nightshift.data.membership.universe_files import read_until

__all__ = ["members_on", "read_until", "used_rows", "with_members"]
