import math

import pytest

from nightshift.config import Gate
from nightshift.errors import ConfigError
from nightshift.gates import check_policy


def gate(metric, must_be, limit=0.0) -> Gate:
    return Gate(metric=metric, must_be=must_be, limit=limit)


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        ([gate("acuracy", "at_least")], "did you mean 'accuracy'"),
        ([gate("accuracy", "at_leest")], "did you mean 'at_least'"),
        ([gate("accuracy", "at_least", math.nan)], "a number as limit"),
        ([gate("sharpe_annual", "at_least", 2.0), gate("sharpe_annual", "at_most", 1.0)], "limits that sharpe_annual can meet"),
        ([gate("accuracy", "at_least", 0.5), gate("accuracy", "at_least", 0.6)], "asked twice"),
        ([gate("drawdown_max_fraction", "above_champion_by")], "did you mean 'below_champion_by'"),
        ([gate("accuracy", "below_naive_by")], "did you mean 'above_naive_by'"),
        ([gate("deflated_sharp", "at_least", 0.95)], "did you mean 'deflated_sharpe'"),
        ([gate("deflated_sharpe", "above_champion_by")], "it is asked of the challenger alone"),
        ([gate("drift_psi_max", "below_naive_by")], "which compares it with the naive rules; next: use at_least or at_most"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(gates, told):
    with pytest.raises(ConfigError, match=r"expected .*; found .*; next: ") as refused:
        check_policy(gates)
    assert told in str(refused.value)


def test_sane_policies_and_the_empty_one_are_allowed():
    check_policy([])
    check_policy([gate("deflated_sharpe", "at_least", 0.95), gate("drift_psi_max", "at_most", 5.0)])
    check_policy(
        [gate("sharpe_annual", "at_least", 0.5), gate("sharpe_annual", "at_most", 4.0), gate("drawdown_max_fraction", "below_champion_by")]
    )
