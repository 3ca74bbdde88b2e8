"""The vendor-revision alarm: tonight's bars against those that an earlier, accepted night of the market stood on.

What a vendor rewrites is said by symbol and date. A history that is only of another scale is no revision: splits and dividends do that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.nouns.revisions_record import Reach, RevisionsRecord

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.storage.night import Night


def of(night: Night, received: pa.Table) -> RevisionsRecord:
    """The record of this night's bars against the last accepted ones; of a first night an empty one."""
    from nightshift.data import snapshot
    from nightshift.data.quality.revisions import earlier, listing, reach
    from nightshift.data.quality.revisions.comparing import compare

    limits, before = night.market.quality, earlier.accepted(night)
    if before is None:
        return RevisionsRecord(
            night="", snapshot="", accepted=False, compared=0, changed=0, vanished=0, back_filled=0, settled=0,
            max_revised_rows=limits.max_revised_rows, max_back_filled_rows=limits.max_back_filled_rows,
            gone=(), arrived=(), rescaled=(), by_symbol=(), bars=(),
            reach=Reach(columns_rows=0, columns_sessions=0, label_rows=0),
        )  # fmt: skip
    revised = compare(snapshot.table(before.snapshot), received)
    return listing.record(revised, before, limits, reach.of(revised, before.warmup_sessions, night), is_accepted=earlier.is_named(night))
