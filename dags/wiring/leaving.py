"""How a process that read a DAG file ends: at once.

Python looks through all it holds once more before it ends: after a night of `airflow dags test`, in whose process every light task ran, for
three to five seconds. Nothing is left then that a last look could be good for.
"""

from __future__ import annotations

import atexit
import gc


def end_at_once() -> None:
    """Leave out the last look for garbage, of this process alone."""
    atexit.register(gc.freeze)
