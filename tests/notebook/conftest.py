"""One released night of a small market named demo, with signals, for all that is read of it."""

import pytest
import yaml

from nightshift.nouns.options import Options

AS_OF = "2026-11-19T23:00:00+00:00"
MARKET = {
    "market": "demo",
    "title": "A small demo",
    "calendar": "XNYS",
    "source": {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.6}},
    "columns": ["volume", "returns"],
    "families": [{"name": "logistic"}],
    "gates": [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.52},
        {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    ],
    "budget": {"spending": "pocock"},
    "execution": {"heavy": "here", "threads": 1},
}


@pytest.fixture(scope="session")
def lived(tmp_path_factory):
    """The home and the markets of one night that was released."""
    from nightshift.running import line

    place = tmp_path_factory.mktemp("notebook")
    (place / "markets").mkdir()
    (place / "markets" / "demo.yaml").write_text(yaml.safe_dump(MARKET))
    where = {"NIGHTSHIFT_HOME": str(place / "home"), "NIGHTSHIFT_MARKETS": str(place / "markets")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in where.items():
            patch.setenv(name, value)
        patch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
        line.run_night("demo", AS_OF, Options())
    return where


@pytest.fixture
def at_home(lived, monkeypatch):
    """The same, as this test's home."""
    for name, value in lived.items():
        monkeypatch.setenv(name, value)
    return lived
