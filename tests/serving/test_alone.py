"""A native library is asked by one request at a time, whether it is asked here or in the model's own thread."""

import asyncio
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest


@pytest.mark.parametrize("is_quick", [True, False])
def test_no_two_requests_meet_inside_a_model(asked, is_quick):
    model = asked().service.serving("demo").model
    inside, most, where = threading.Semaphore(1), [], []

    def predict(rows):
        assert inside.acquire(blocking=False), "two requests are inside"
        where.append(threading.current_thread() is threading.main_thread())
        most.append(len(rows))
        inside.release()
        return np.zeros(len(rows))

    alone = replace(model, fitted=SimpleNamespace(predict=predict, warmup_sessions=0), is_quick=is_quick)
    windows = np.zeros((3, 1, len(model.columns.names)), np.float32)

    async def all_of_them():
        aside = [alone.aside(alone.predict, windows, ("a", "b", "c")) for _ in range(50)]
        answers = await asyncio.gather(*(alone.scores(windows, ("a", "b", "c")) for _ in range(50)))
        return [*answers, *(one.result() for one in aside)]

    answers = asyncio.run(all_of_them())
    assert [len(scores) for scores in answers] == [3] * 100
    assert most == [3] * 100
    assert is_quick or not any(where)


def test_a_few_rows_of_a_quick_model_are_answered_at_once_and_many_in_its_thread(asked):
    model = asked().service.serving("demo").model
    where = []

    def predict(rows):
        where.append(threading.current_thread() is threading.main_thread())
        return np.zeros(len(rows))

    alone = replace(model, fitted=SimpleNamespace(predict=predict, warmup_sessions=0), is_quick=True)
    for n_rows in (1, 16, 17):
        windows = np.zeros((n_rows, 1, len(model.columns.names)), np.float32)
        asyncio.run(alone.scores(windows, tuple(map(str, range(n_rows)))))
    assert where == [True, True, False]
