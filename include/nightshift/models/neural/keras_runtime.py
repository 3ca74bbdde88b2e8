"""TensorFlow as every network wants it: seeded, deterministic, with a known number of threads.

The device is whatever TensorFlow sees: on a machine with a GPU the same configuration trains there, and an empty
`CUDA_VISIBLE_DEVICES` keeps it on the CPU.
"""

from __future__ import annotations

import logging
import os

_LOG = logging.getLogger(__name__)


def started(threads: int, seed: int) -> int:
    """Seed everything and fix TensorFlow's threads; returns the threads that it really uses."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    _fix_threads(threads)
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed % 2**32)
    return int(tf.config.threading.get_intra_op_parallelism_threads())


def _fix_threads(threads: int) -> None:
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() == threads:
        return
    try:
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:  # TensorFlow fixes its threads when it is first used
        found = tf.config.threading.get_intra_op_parallelism_threads()
        _LOG.warning("TensorFlow already runs with %d threads, not %d: train in a process of its own to change them", found, threads)
