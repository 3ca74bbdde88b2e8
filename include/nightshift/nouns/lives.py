"""What became of made markets in the gate assay: one life a sequence of nights, kept so that a stopped assay goes on."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Noun, Number, Record


class Life(Noun):
    """What happened on one market; nights are counted from 0."""

    promotions: tuple[int, ...]  # the nights on which something was promoted
    crossed: int | None  # the first night on which the lead crossed its bound, whatever else was asked; none: it never did
    undecided_nights: int  # on which the recipe led, and it was not proven
    effect: Number  # information ratio of challenger minus champion, as it came; the net Sharpe where nothing was served
    blocked: dict[str, int] = {}  # noqa: RUF012 - check -> nights with a lead that may be proven, on which it did not pass


class Lives(Record):
    """Some sequences of one case."""

    FILE: ClassVar[str] = "lives.json"

    case: str
    level: str
    first: int  # number of the first sequence
    nights: int
    lives: tuple[Life, ...]
