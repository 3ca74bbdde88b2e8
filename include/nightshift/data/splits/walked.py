"""The night's test part walked in blocks: from what is refitted before each, and from what the newest model learns."""

from __future__ import annotations

import numpy as np

from nightshift.config import Proof
from nightshift.data.splits.fold import Ordered
from nightshift.data.splits.forward import walk_forward


def blocks(split: Ordered, proof: Proof) -> tuple[Ordered, ...]:
    """The test part in blocks of `refit_every_sessions`, each with the sessions that its model learns from and is stopped by.

        train            gap  validate  gap
        |===============|   |/////////|   |**|              the first one learns from what an ordered night learns from
        |==================|   |/////////|   |**|           every later one from a block more
        |=====================|   |/////////|   |*|→ time   the last one may be shorter

    The gaps are the night's own, so no label of what was learned from or stopped by reaches into the block.

    >>> from nightshift.data.splits import ordered
    >>> from nightshift.config import Split
    >>> split = ordered(30, Split(train_fraction=0.4, validate_fraction=0.2, test_fraction=0.4), reach=1)
    >>> for block in blocks(split, Proof(scheme="walk_forward", refit_every_sessions=4)):
    ...     print(*(part[[0, -1]].tolist() for part in (block.train, block.validate, block.test)))
    [0, 10] [12, 16] [18, 21]
    [0, 14] [16, 20] [22, 25]
    [0, 18] [20, 24] [26, 28]
    """
    if not proof.refits:
        return (split,)
    gap, n_validate = split.gap_sessions, len(split.validate)
    window, step = _window(split, proof), proof.refit_every_sessions
    folds = walk_forward(
        int(split.test[-1]) + 1, gap, initial=int(split.test[0]) - gap, horizon=step, step=step, rest=True,
        max_train=None if window is None else window + gap + n_validate,
    )  # fmt: skip
    return tuple(Ordered(f.train[: -n_validate - gap], f.train[-n_validate:], f.test, gap_sessions=gap) for f in folds)


def matured(split: Ordered, proof: Proof) -> np.ndarray:
    """The sessions whose outcome is known tonight, as far back as the recipe looks: what its newest model learns from.

    >>> from nightshift.data.splits import ordered
    >>> from nightshift.config import Split
    >>> matured(ordered(30, Split(), reach=1), Proof(scheme="rolling", max_train_sessions=3)).tolist()
    [26, 27, 28]
    """
    known = np.arange(int(split.test[-1]) + 1)
    return known[-(_window(split, proof) or len(known)) :]


def _window(split: Ordered, proof: Proof) -> int | None:
    """Training sessions that a refit is limited to; none: all that were known."""
    return proof.max_train_sessions or (len(split.train) if proof.scheme == "rolling" else None)
