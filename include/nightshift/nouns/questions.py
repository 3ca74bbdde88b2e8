"""The questions that are put to a night's leader beyond its measures, each with its answer."""

from __future__ import annotations

from nightshift.nouns.record import Drawn, Noun


class BacktestOverfitting(Noun):
    """Does the best of one half of the sessions stay good in the other?"""

    over: str  # what was chosen among
    trials: int
    sessions: int
    probability: Drawn  # that it falls below the median; none: not enough evidence
    slope: Drawn = None
    blocks: int | None = None
    note: str = ""


class SuperiorAbility(Noun):
    """Does any family beat the benchmark, all of them counted?"""

    against: str
    p_value: Drawn  # none: too few sessions, or no family differs from the benchmark


class Overfitting(Noun):
    """How much of the leader's Sharpe ratio selection and luck could explain."""

    trials: int  # fits that the night chose among
    deviation_of_trials: Drawn  # of their Sharpe ratios a session
    sessions: int
    probabilistic_sharpe: Drawn
    deflated_sharpe: Drawn
    track_record_sessions: Drawn  # none: no length is enough
    pbo: BacktestOverfitting
    spa: SuperiorAbility
    model_confidence_set: dict[str, Drawn]  # name -> largest size at which it stays among the best; empty: not enough evidence


class Chance(Noun):
    """Where the leader stands among portfolios that trade as much and know nothing."""

    draws: int
    sharpe_5_50_95: tuple[Drawn, Drawn, Drawn]  # quantiles of theirs
    share_beaten: Drawn


class Stress(Noun):
    """What one stress makes of a metric, and the size of it that breaks the verdict."""

    key: str  # the same on every night
    name: str
    metric: str
    unit: str
    baseline: Drawn
    value: Drawn
    breaks_verdict_at: Drawn  # none: it holds at every size tried
    breaks_unit: str
    note: str


class Agreement(Noun):
    """How alike the leader and an earlier night's leader rank the columns."""

    night: str
    family: str
    columns: int
    rank_correlation: Drawn


class Importance(Noun):
    """The columns that the leader leans on."""

    family: str
    method: str
    rows: int
    values: dict[str, Drawn]  # column -> importance, 0 or more
    champion: Agreement | None  # none: there is no champion, or its night is gone

    @property
    def ranked(self) -> tuple[tuple[str, float, float], ...]:
        """(column, importance, share of the whole), the most important first."""
        known = {column: value or 0.0 for column, value in self.values.items()}
        whole = sum(known.values()) or 1.0
        ordered = sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((column, value, value / whole) for column, value in ordered)


class ColumnDrift(Noun):
    """How far one column has moved since the training rows."""

    column: str
    psi: Drawn  # population stability: 0 nothing moved
    ks_distance: Drawn
    mean_shift: Drawn  # in standard deviations
    wasserstein: Drawn  # mean way of a value, in standard deviations
    psi_limit: Drawn  # exceeded by one in twenty without drift, as all limits; none: too few sessions to say, as all that follow
    ks_limit: Drawn
    wasserstein_limit: Drawn
    p_value: Drawn  # chance of so telling a distance without drift
    is_flagged: bool  # beyond what chance explains, all columns counted


class DriftTest(Noun):
    """How far all columns together have moved, against what learned sessions do among themselves."""

    flagged_fraction: Drawn  # of the columns
    wrong_fraction: float  # of those flagged, that are expected to be flagged by chance
    false_alarm_fraction: Drawn  # of the columns of learned stretches: how often chance is called drift at one in twenty
    stretches: int  # of learned sessions that this was measured on
    draws: int
    domain_auc: Drawn  # how well the new rows can be told from the learned ones; 0.5: not at all
    domain_limit: Drawn  # exceeded by one in twenty stretches of learned sessions
    domain_p_value: Drawn


class SkillGap(Noun):
    """How much better the leader is on rows that it learned from: what it knows by heart and not by rule."""

    metric: str
    learned: Drawn  # on the last learned rows
    unseen: Drawn  # on validation rows
    rows: int  # of the learned ones that were asked


class Switch(Noun):
    """What changing from the champion to the leader costs once, and when its lead has repaid it."""

    turnover_fraction: Drawn  # between what both want to hold now
    cost_fraction: Drawn
    lead_a_session: Drawn  # mean net return of the leader minus the champion's, on the test sessions
    repaid_sessions: Drawn  # none: the lead is not above 0


class ColumnChanges(Noun):
    """The columns tonight against those that the champion learned from."""

    champion: str  # version; empty: nothing is served yet, so nothing can have changed
    columns: int
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    retyped: tuple[str, ...]
    became_constant: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many columns changed in any way."""
        return sum(len(changed) for changed in (self.appeared, self.vanished, self.retyped, self.became_constant))
