"""A trained network on disk: plain Keras over windows that are already scaled; scaling, symbols and columns beside it as JSON."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nightshift.errors import Damaged
from nightshift.models.neural import keras_files, keras_runtime, sequence_windows
from nightshift.models.neural.network import Network, asker
from nightshift.nouns.bars import frozen
from nightshift.storage import store

_FACTS = "network.json"


def save(network: Network, folder: Path) -> None:
    """Write `model.keras` and `network.json`."""
    keras_files.save_network(network.model, folder)
    plain = ("family", "task", "layout", "length", "columns", "symbols", "label_mean", "label_spread", "threads", "epochs")
    scaling = {"mean": network.scaling.mean.tolist(), "spread": network.scaling.spread.tolist()}
    store.write_json(folder / _FACTS, {"scaling": scaling, **{name: getattr(network, name) for name in plain}})


def load(folder: Path) -> Network:
    """The network of `save`, ready to be asked."""
    facts = store.read_json(folder / _FACTS)
    keras_runtime.started(facts.get("threads", 1), seed=0)
    model = keras_files.load_network(folder)
    try:
        facts["scaling"] = sequence_windows.Scaling(
            **{name: frozen(np.array(facts["scaling"][name]), np.float32) for name in ("mean", "spread")}
        )
        for name in ("columns", "symbols", "epochs"):
            facts[name] = tuple(facts[name])
        return Network(**facts, model=model, ask=asker(model, facts["layout"], facts["length"]))
    except (KeyError, TypeError, ValueError):
        raise Damaged(expected=f"the facts of a network in {folder / _FACTS}", found="other facts", next_step="train again") from None
