"""Early stopping, reduce-on-plateau and what a checkpoint carries, without TensorFlow."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.models.checkpoints import Checkpoints
from nightshift.models.neural.keras_checkpoints import fit_key, packed, unpacked
from nightshift.models.neural.keras_progress import Progress, Schedule, advanced, finished, shuffled

LOSSES = st.lists(st.floats(0.01, 5.0), min_size=1, max_size=40)


def followed(losses: list[float], schedule: Schedule) -> Progress:
    progress = Progress(0.1)
    for loss in losses:
        if finished(progress, schedule):
            break
        progress = advanced(progress, schedule, {"validate_loss": loss})
    return progress


@settings(max_examples=60, deadline=None)
@given(losses=LOSSES, patience=st.integers(1, 6), plateau=st.integers(1, 4))
def test_training_stops_patience_epochs_after_its_best(losses, patience, plateau):
    schedule = Schedule(len(losses), patience, plateau, 0.5)
    progress = followed(losses, schedule)
    seen = losses[: progress.epoch]
    assert progress.best_loss == pytest.approx(min(seen), abs=1e-5)
    assert progress.waited == progress.epoch - progress.best_epoch <= patience
    assert progress.epoch == len(losses) or progress.waited == patience
    assert [entry["step"] for entry in progress.history] == list(range(1, progress.epoch + 1))


def test_the_learning_rate_is_cut_each_time_the_loss_has_stood_still():
    schedule = Schedule(epochs=20, patience=10, plateau_patience=2, plateau_factor=0.1)
    rates = [followed([1.0] * epochs, schedule).learning_rate for epochs in range(1, 7)]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_every_epoch_has_its_own_order_and_every_sample_once():
    orders = [shuffled(100, seed=3, epoch=epoch) for epoch in range(3)]
    assert all(sorted(order) == list(range(100)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    np.testing.assert_array_equal(orders[2], shuffled(100, seed=3, epoch=2))
    assert tuple(orders[0]) != tuple(shuffled(100, seed=4, epoch=0))


def checkpointed(folder, key="a" * 64) -> tuple[Checkpoints, Progress, dict]:
    progress = followed([0.9, 0.8, 0.85], Schedule(9, 3, 2, 0.5))
    state = {"model": [np.arange(4.0, dtype=np.float32), np.uint32([7, 8])], "optimizer": [np.array(3)], "best": [np.ones((2, 2))]}
    checkpoints = Checkpoints(folder, key)
    checkpoints.write(packed(progress, state))
    return checkpoints, progress, state


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    checkpoints, progress, state = checkpointed(tmp_path)
    found_progress, found = unpacked(checkpoints.latest())
    assert found_progress == progress
    for part, arrays in state.items():
        for expected, array in zip(arrays, found[part], strict=True):
            np.testing.assert_array_equal(expected, array)
            assert expected.dtype == array.dtype


def test_a_checkpoint_of_another_fit_is_not_used(tmp_path):
    checkpointed(tmp_path)
    assert Checkpoints(tmp_path, "b" * 64).latest() is None


@pytest.mark.parametrize("suffix", [".bin", ".json"])
def test_a_damaged_checkpoint_is_refused_and_said(tmp_path, suffix, caplog):
    checkpoints, _, _ = checkpointed(tmp_path)
    file = next(tmp_path.glob(f"*{suffix}"))
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 0xFF
    file.write_bytes(held)
    with caplog.at_level(logging.WARNING):
        assert checkpoints.latest() is None
    assert "refused" in caplog.text


def test_the_fit_key_knows_every_number_and_every_setting():
    numbers = np.arange(6, dtype=np.float32)
    keys = {
        fit_key(["lstm", {"units": 4}], [numbers]),
        fit_key(["lstm", {"units": 5}], [numbers]),
        fit_key(["lstm", {"units": 4}], [numbers + np.float32(1e-6)]),
        fit_key(["lstm", {"units": 4}], [numbers.reshape(2, 3)]),
        fit_key(["lstm", {"units": 4}], [numbers.astype(np.float64)]),
    }
    assert len(keys) == 5
    assert fit_key(["lstm", {"units": 4}], [numbers.copy()]) in keys
