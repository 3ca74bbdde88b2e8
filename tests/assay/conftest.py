import pytest

from nightshift.config import Costs, Gate, Market
from nightshift.running.assay.effect_size import Knowledge


@pytest.fixture(scope="session")
def knows():
    sizes = {1.0: 0.075, 2.0: 0.1, 2.5: 0.112, 3.0: 0.124, 4.0: 0.15}
    return Knowledge(champion=0.05, over_champion=sizes, over_nothing={effect: size - 0.027 for effect, size in sizes.items()})


@pytest.fixture(scope="session")
def a_market():
    """A market with a policy of its own: the proof, guard rails, and what is told."""

    def made(**more) -> Market:
        facts = {
            "market": "made", "title": "Made", "calendar": "XNYS", "source": {"kind": "simulated"}, "families": ({"name": "logistic"},),
            "costs": Costs(slippage_bps=5, max_volume_fraction=0.05),
            "gates": (
                Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),
                Gate(metric="sharpe_annual", must_be="at_least", limit=0.0, by="value"),
                Gate(metric="drawdown_max_fraction", must_be="at_most", limit=0.35, by="value"),
                Gate(metric="accuracy", must_be="at_most", limit=0.60, by="value"),
                Gate(metric="sharpe_annual", must_be="at_most", limit=6.0, by="value"),
            ),
        }  # fmt: skip
        return Market(**facts | more)

    return made
