"""Networks on disk: a `.keras` file that is opened only when every layer in it is one of ours.

`safe_mode` alone was bypassed twice (CVE-2025-1550, CVE-2026-1462), so the archive is read first: whole (CRC), only the three
members that Keras writes, and no class, module or function outside a constant list. Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nightshift.errors import Damaged

FILE = "model.keras"
ALLOWED = frozenset(
    {
        ("keras", "DTypePolicy"),
        ("keras.initializers", "GlorotUniform"),
        ("keras.initializers", "Ones"),
        ("keras.initializers", "Orthogonal"),
        ("keras.initializers", "Zeros"),
        ("keras.layers", "Activation"),
        ("keras.layers", "Add"),
        ("keras.layers", "BatchNormalization"),
        ("keras.layers", "Concatenate"),
        ("keras.layers", "Conv1D"),
        ("keras.layers", "ConvLSTM2D"),
        ("keras.layers", "Cropping1D"),
        ("keras.layers", "Dense"),
        ("keras.layers", "Dropout"),
        ("keras.layers", "EinsumDense"),
        ("keras.layers", "Flatten"),
        ("keras.layers", "GlobalAveragePooling1D"),
        ("keras.layers", "GlobalAveragePooling2D"),
        ("keras.layers", "InputLayer"),
        ("keras.layers", "LSTM"),
        ("keras.layers", "LayerNormalization"),
        ("keras.layers", "MultiHeadAttention"),
        ("keras.layers", "RepeatVector"),
        ("keras.layers", "Reshape"),
        ("keras.regularizers", "L1L2"),
        ("keras.src.models.functional", "Functional"),
        (None, "__keras_tensor__"),
    }
)
_MEMBERS = frozenset({"metadata.json", "config.json", "model.weights.h5"})
_MAX_CONFIG_BYTES = 4 * 2**20


def save_network(model: Any, folder: Path) -> None:
    """Write a Keras model as `model.keras`, without its optimizer."""
    model.save(folder / FILE, include_optimizer=False)


def load_network(folder: Path) -> Any:
    """The model of `save_network`; a file that is damaged or holds anything unlisted is refused before Keras sees it."""
    file = folder / FILE
    refuse_unlisted(file)
    import keras

    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(file, f"{type(error).__name__} while Keras read it") from None


def refuse_unlisted(file: Path) -> None:
    """Raise `Damaged` unless the archive is whole and names only listed classes."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if frozenset(names) != _MEMBERS or len(names) != len(_MEMBERS):
                raise _damaged(file, f"the members {sorted(names)}")
            broken = archive.testzip()
            if broken is not None or archive.getinfo("config.json").file_size > _MAX_CONFIG_BYTES:
                raise _damaged(file, f"{broken or 'config.json'} is damaged or too large")
            config = json.loads(archive.read("config.json"))
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise _damaged(file, f"an archive that cannot be read ({type(error).__name__})") from None
    for module, name in _classes(config):
        if (module, name) not in ALLOWED:
            raise _damaged(file, f"{module}.{name}, which no network of ours contains")


def _classes(config: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(config, list):
        for part in config:
            yield from _classes(part)
    if isinstance(config, dict):
        if "class_name" in config or "module" in config:
            yield config.get("module"), config.get("class_name")
        if config.get("registered_name") not in (None, config.get("class_name")):
            yield "registered", config["registered_name"]
        for part in config.values():
            yield from _classes(part)


def _damaged(file: Path, found: str) -> Damaged:
    return Damaged(expected=f"{file} as Nightshift wrote it", found=found, next_step="restore the folder from a copy, or train again")
