"""MLflow: nights as runs, releases as model versions. It follows the ledger, and no night waits for it."""

from nightshift.registry.search import compare, runs, versions
from nightshift.registry.settling import settle
from nightshift.registry.tracking import track

__all__ = ["compare", "runs", "settle", "track", "versions"]
