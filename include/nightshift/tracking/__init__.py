"""MLflow: nights as runs, releases as model versions. It follows the ledger, and no night waits for it."""

from nightshift.tracking.following import follow
from nightshift.tracking.run_search import compare, runs, versions
from nightshift.tracking.server import told
from nightshift.tracking.telling import track

__all__ = ["compare", "follow", "runs", "told", "track", "versions"]
