"""The night's own split: three ordered parts of the history."""

from __future__ import annotations

import numpy as np

from nightshift.config import Split
from nightshift.data.splits.fold import Ordered
from nightshift.errors import ConfigError


def ordered(n_sessions: int, choice: Split, reach: int) -> Ordered:
    """Ordered shares of the sessions whose label is known, with a gap of `reach` sessions (or more) between them.

        train        gap  validate  gap  test    latest: label not known yet
        |===========|   |/////////|   |********|.......|→ time

    >>> split = ordered(16, Split(), reach=2)
    >>> [part.tolist() for part in (split.train, split.validate, split.test, split.latest)]
    [[0, 1, 2, 3, 4, 5, 6], [9, 10], [13], [14, 15]]
    """
    gap = reach + choice.extra_gap_sessions
    n_shared = n_sessions - reach - 2 * gap
    n_validate, n_test = (round(n_shared * share) for share in (choice.validate_fraction, choice.test_fraction))
    n_train = n_shared - n_validate - n_test
    if min(n_train, n_validate, n_test) < 1:
        raise ConfigError(
            expected="a history longer than its labels: at least one session each to train, validate and test"
            f" beside {n_sessions - n_shared} in gaps (a label reaches {reach} sessions)",
            found=f"{n_sessions} sessions",
            next_step="shorten label.horizon_sessions or split.extra_gap_sessions, or let the source start earlier",
        )
    validate_from = n_train + gap
    test_from = validate_from + n_validate + gap
    return Ordered(
        train=np.arange(n_train),
        validate=np.arange(validate_from, validate_from + n_validate),
        test=np.arange(test_from, test_from + n_test),
        latest=np.arange(test_from + n_test, n_sessions),
        gap_sessions=gap,
    )
