"""Networks on disk: only our own layers, whole archives, and the same scores after loading."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nightshift.errors import Damaged
from nightshift.models.neural import keras_files


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> Path:
    from nightshift.models.neural.keras_runtime import started
    from nightshift.models.neural.lstm import LstmParams, _build
    from nightshift.models.neural.neural_family import Shape

    started(1, seed=3)
    folder = tmp_path_factory.mktemp("network")
    keras_files.save_network(_build(LstmParams(units=(4,), dense_units=3, length=3), Shape((3, 2), "classification")), folder)
    return folder


def rewritten(folder: Path, into: Path, change=lambda config: config, extra: dict[str, bytes] | None = None) -> Path:
    written = io.BytesIO()
    with zipfile.ZipFile(folder / keras_files.FILE) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, json.dumps(change(json.loads(held))).encode() if name == "config.json" else held)
        for name, held in (extra or {}).items():
            new.writestr(name, held)
    (into / keras_files.FILE).write_bytes(written.getvalue())
    return into


def with_layer(layer: dict):
    def change(config: dict) -> dict:
        config["config"]["layers"].append(layer)
        return config

    return change


FOREIGN = {
    "lambda": {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "gone"}, "registered_name": None},
    "tfsm": {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}, "registered_name": None},
    "os": {"module": "os", "class_name": "system", "config": "true", "registered_name": None},
    "function": {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"},
    "registered": {"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": "mine>Dense"},
    "module only": {"module": "subprocess", "config": {}},
    "nested": {"module": "keras.layers", "class_name": "Dense", "config": {"activation": {"class_name": "__lambda__", "config": {}}}},
}


@pytest.mark.neural
@pytest.mark.parametrize("name", FOREIGN)
def test_a_class_that_is_not_listed_is_refused_before_keras_reads_it(network, tmp_path, name, monkeypatch):
    import keras

    monkeypatch.setattr(keras.models, "load_model", lambda *_, **__: pytest.fail("Keras was asked"))
    with pytest.raises(Damaged, match="no network of ours"):
        keras_files.load_network(rewritten(network, tmp_path, with_layer(FOREIGN[name])))


@pytest.mark.neural
@pytest.mark.parametrize("extra", ["assets/hook.py", "model.weights.npz", "../escape", "config.json"])
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_an_archive_with_anything_else_in_it_is_refused(network, tmp_path, extra):
    with pytest.raises(Damaged, match="members"):
        keras_files.load_network(rewritten(network, tmp_path, extra={extra: b"{}"}))


@pytest.mark.neural
def test_an_untouched_network_answers_the_same(network, tmp_path):
    import keras

    windows = np.random.default_rng(0).standard_normal((5, 3, 2)).astype(np.float32)
    expected = keras.models.load_model(network / keras_files.FILE, compile=False)(windows)
    for folder in (network, rewritten(network, tmp_path)):
        np.testing.assert_array_equal(keras_files.load_network(folder)(windows), expected)


@pytest.mark.neural
def test_damaged_bytes_are_refused_or_change_nothing(network, tmp_path):
    whole = (network / keras_files.FILE).read_bytes()
    windows = np.random.default_rng(0).standard_normal((5, 3, 2)).astype(np.float32)
    expected = np.asarray(keras_files.load_network(network)(windows))
    rng, refused = np.random.default_rng(1), 0
    for trial in range(40):
        held = bytearray(whole)
        if trial % 2:
            held[int(rng.integers(len(held)))] ^= 1 << int(rng.integers(8))
        else:
            del held[int(rng.integers(len(held))) :]
        (tmp_path / keras_files.FILE).write_bytes(held)
        try:
            model = keras_files.load_network(tmp_path)
        except Damaged:
            refused += 1
        else:
            np.testing.assert_array_equal(model(windows), expected)
    assert refused >= 20


@pytest.mark.neural
def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(Damaged, match=r"model\.keras"):
        keras_files.load_network(tmp_path)
