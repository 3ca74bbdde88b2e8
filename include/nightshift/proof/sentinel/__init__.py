"""The leakage sentinel: every night, before anything is fitted, other futures are tried on the whole chain that is made from bars.

The past must not change, bit for bit, when only the future does. What cannot be found this way is a leak that lies in the *source*: a
bar that already knows the future is the past of every recomputation. It shows as a result that is too good to be true, and that is
what the hold for a human is for.
"""

from nightshift.proof.sentinel.hunt import hunt, refuse_unless_clean

__all__ = ["hunt", "refuse_unless_clean"]
