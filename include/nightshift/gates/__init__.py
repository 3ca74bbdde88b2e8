"""The gate: what a policy may ask, whether it can be meant, and the verdict on the night's challenger."""

from nightshift.gates.comparisons import COMPARISONS, Comparison
from nightshift.gates.judge import decide
from nightshift.gates.news import listen
from nightshift.gates.nightly import judge
from nightshift.gates.policy import check_policy

__all__ = ["COMPARISONS", "Comparison", "check_policy", "decide", "judge", "listen"]
