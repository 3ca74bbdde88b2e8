"""Holds no Airflow DAG: it fails to import while a market file is broken, so that the UI shows one plain sentence for each.

The other markets keep their DAGs; the broken market's DAGs come back when its file is corrected.
"""

from nightshift.errors import ConfigError
from wiring.markets import broken_markets

problems = broken_markets()
if problems:
    raise ConfigError(
        expected="every file in include/markets to describe a market",
        found=f"{len(problems)} that cannot be read",
        next_step="correct the file: " + " | ".join(problems),
    )
