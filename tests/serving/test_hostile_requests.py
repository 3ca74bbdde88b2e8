"""Requests that are made to break a service: none of them is a 5xx, none of them makes it hold more than it may."""

import json

import numpy as np
import pytest

from nightshift.serving import prediction_log
from nightshift.serving.door import keys
from nightshift.serving.door.limits import Limits, Room
from nightshift.serving.problems import Problem
from nightshift.serving.wire import tensor_data

from .conftest import ON_TIME

N = 15  # columns of the market


def body(data, *more, shape=(1, N)):
    return json.dumps({"inputs": [{"name": "rows", "shape": shape, "datatype": "FP32", "data": data}, *more]}).encode()


def symbols(*names):
    return {"name": "symbols", "shape": [len(names)], "datatype": "BYTES", "data": names}


REFUSED = {
    "numbers that overflow inside the model": (body([3.4e38, -3.4e38] * 7 + [0.0]), 422, "inputs[0].data"),
    "one long string among many numbers": (body(["x" * 100_000] + [0] * 20_000), 400, "inputs[0].data"),
    "a truth among numbers": (body([0.0] * (N - 1) + [True]), 400, "inputs[0].data"),
    "an integer beyond every float": (body([0.0] * (N - 1) + [10**400]), 422, "inputs[0].data"),
    "a list among numbers": (body([[0.0] * N, None]), 400, "inputs[0].data"),
    "lists of nothing": (body([[[]]]), 400, "inputs[0].data"),
    "a symbol as long as a book": (body([0.0] * N, symbols("A" * 1000)), 400, "inputs[1].data"),
    "half a character": (body([0.0] * N, symbols("S")).replace(b'"S"', b'"\\ud800"'), 400, "body"),
}


def test_none_of_them_is_the_service_s_own_mistake(asked):
    ask = asked()
    for case, (content, status, place) in REFUSED.items():
        answer = ask("POST", "/v2/models/demo/infer", content=content)
        assert (answer.status_code, answer.json().get("field")) == (status, place), (case, answer.text[:300])


def test_a_header_that_is_a_digit_and_no_number_is_refused(asked):
    ask = asked()
    for header in (b"\xb2", b"-1", b"9" * 5000):
        answer = ask("POST", "/v2/models/demo/infer", content=body([0.0] * N), headers={"Inference-Header-Content-Length": header})
        assert (answer.status_code, answer.json()["field"]) == (400, "Inference-Header-Content-Length")
    answer = ask("GET", "/v2", headers={"Content-Length": "9" * 5000})
    assert answer.status_code == 413


def test_nested_lists_are_the_numbers_in_their_order_and_no_rows_are_no_scores(asked):
    assert tensor_data.numbers("FP32", [[[1, 2.5]], [[3, 4]]], "x").tolist() == [1.0, 2.5, 3.0, 4.0]
    with pytest.raises(Problem):
        tensor_data.numbers("FP32", [[1], [2, 3]], "x")
    answer = asked()("POST", "/v2/models/demo/infer", content=body([], shape=(0, N)))
    assert answer.json()["outputs"][0]["data"] == []


def test_scores_that_are_not_finite_are_answered_by_nobody(asked, monkeypatch):
    ask = asked()
    fitted = ask.service.serving("demo").model.fitted
    monkeypatch.setattr(type(fitted), "predict", lambda _, rows: np.array([0.5, np.nan])[: len(rows)])
    answer = ask.infer()
    assert (answer.status_code, answer.json()["detail"]) == (422, "logistic has no finite score for row 1")


def test_words_that_are_no_methods_share_a_series(asked):
    ask = asked()
    for place in range(20):
        ask(f"FOO{place}", "/v2")
    page = ask("GET", "/metrics").text
    assert "FOO" not in page
    assert 'method="other",route="/v2",status="405"} 20.0' in page


def test_probes_are_answered_however_often_they_ask(asked):
    ask = asked(limits=Limits(requests_per_second=0.5, at_once=0))
    assert [ask("GET", "/v2/health/live").status_code for _ in range(5)] == [200] * 5
    assert ask("GET", "/v2").json()["detail"] == "expected fewer than 0 requests at once"


def test_who_guesses_at_keys_is_paced_and_does_not_pace_their_holder(asked, released_market):
    good = keys.make("dashboard", ("production",), ON_TIME)
    ask = asked(keys=keys.read(), limits=Limits(requests_per_second=1.0))
    assert [ask("GET", "/v2", headers={"X-API-Key": "guess"}).status_code for _ in range(3)] == [403, 403, 429]
    assert ask("GET", "/v2", headers={"X-API-Key": good}).status_code == 200


def test_a_place_is_given_back_however_a_request_ends():
    room = Room(1)
    with room.held() as first, room.held() as second:
        assert (first, second) == (True, False)
    with pytest.raises(KeyError), room.held():
        raise KeyError
    assert room.taken == 0


def test_a_torn_line_takes_no_other_with_it(tmp_path, asked):
    from nightshift.nouns.prediction_line import PredictionLine

    ask = asked()
    ask("GET", "/signals")
    _, line = ask.service.log._waiting.get_nowait()
    prediction_log.append(tmp_path, [line])
    with next(tmp_path.iterdir()).open("a") as torn:
        torn.write(line.text()[:50])
    prediction_log.append(tmp_path, [line])
    assert list(PredictionLine.read(tmp_path)) == [line, line]
