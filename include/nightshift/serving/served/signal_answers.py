"""What is served says of the newest session: computed from the newest checked night's bars, once for each release and snapshot."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from nightshift.config import Market
from nightshift.errors import NightshiftError
from nightshift.nouns.signals import Signals
from nightshift.release.signals.answering import answer
from nightshift.release.signals.live_history import need_of, read_live
from nightshift.serving.problems import Problem
from nightshift.serving.served.swapping import Serving

LOG = logging.getLogger("nightshift.serving")
Question = tuple[str, str, Market]  # release, night, and the market's file


@dataclass
class SignalAnswers:
    """The last answer of every market; it is asked in the model's own thread."""

    _last: dict[str, tuple[Question, Signals]] = field(default_factory=dict)  # by market
    _prepared: dict[str, Question] = field(default_factory=dict)  # by market: what was prepared or could not be

    def prepare(self, serving: Serving) -> None:
        """Have the answer ready before somebody waits for it; once for each that there can be."""
        model, question = serving.model, _question(serving)
        if question is None or self._prepared.get(model.market) == question:
            return
        self._prepared[model.market] = question
        try:
            model.aside(self.of, serving).result()
        except NightshiftError as failure:  # whoever asks is told so
            LOG.warning("%s: no signals: %s", model.market, failure)

    def of(self, serving: Serving) -> Signals:
        """The signals of this very release on the newest bars."""
        from nightshift.data.quality import blocks_of

        model, night, question = serving.model, serving.freshness.night, _question(serving)
        if night is None or question is None:
            raise Problem(503, f"expected a checked night of {model.market}; found none: no bars to answer from")
        known = self._last.get(model.market)
        if known is None or known[0] != question:
            bars = read_live(blocks_of(night), need_of(model.fitted, model.columns, serving.market.costs))
            known = (question, answer(model.fitted, model.release, model.columns, model.label, bars, serving.market))
            self._last[model.market] = known
        return known[1]


def _question(serving: Serving) -> Question | None:
    """What an answer depends on; none where there are no bars."""
    night = serving.freshness.night
    return None if night is None else (serving.model.address, night.address, serving.market)
