"""What is served says of the newest session: computed from the newest checked night's bars, once for each release and snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field

from nightshift.config import Market
from nightshift.nouns.signals import Signals
from nightshift.release.signals.answering import answer
from nightshift.release.signals.live_history import need_of, read_live
from nightshift.serving.problems import Problem
from nightshift.serving.served.swapping import Serving


@dataclass
class SignalAnswers:
    """The last answer of every market; it is asked in the model's own thread.

    What an answer depends on is all in `Serving`: the release, the night with the bars, and the market's file.
    """

    _last: dict[str, tuple[tuple[str, str, Market], Signals]] = field(default_factory=dict)  # market -> (release, night, file), answer

    def of(self, serving: Serving) -> Signals:
        """The signals of this very release on the newest bars."""
        from nightshift.data.quality import blocks_of

        model, night = serving.model, serving.freshness.night
        if night is None:
            raise Problem(503, f"expected a checked night of {model.market}; found none: no bars to answer from")
        key = (model.address, night.address, serving.market)
        known = self._last.get(model.market)
        if known is None or known[0] != key:
            bars = read_live(blocks_of(night), need_of(model.fitted, model.columns, serving.market.costs))
            known = (key, answer(model.fitted, model.release, model.columns, model.label, bars, serving.market))
            self._last[model.market] = known
        return known[1]
