"""The Open Inference Protocol as clients speak it, and what is refused in which words."""

import json

import numpy as np
import pytest

from nightshift.release import sample
from nightshift.serving.door.limits import Limits
from nightshift.storage import store


def test_the_service_its_model_and_their_health_say_what_they_are(asked):
    ask = asked()
    assert ask("GET", "/v2").json() == {"name": "nightshift", "version": "0.1.0", "extensions": ["binary_tensor_data"]}
    assert ask("GET", "/v2/health/live").status_code == 200
    assert ask("GET", "/v2/health/ready").json() == {"ready": True, "newer_release_refused": []}
    told = ask("GET", "/v2/models/demo").json()
    assert (told["name"], told["versions"], told["platform"]) == ("demo", ["1.0.1"], "nightshift_logistic")
    rows, symbols = told["inputs"]
    assert (rows["name"], rows["datatype"], rows["shape"]) == ("rows", "FP32", [-1, len(rows["parameters"]["columns"])])
    assert symbols == {"name": "symbols", "datatype": "BYTES", "shape": [-1], "parameters": {"optional": True}}
    assert told["parameters"]["expires_at"] == "2026-11-20T23:00:00+00:00"
    assert ask("GET", "/v2/models/demo/ready").json() == {"name": "demo", "version": "1.0.1", "ready": True, "stale": False}
    assert ask("GET", "/v2/models/demo/versions/1.0.1").json() == told


def test_the_release_s_own_sample_is_answered_as_in_training(asked, released_market):
    """In JSON and in binary, which has every bit."""
    ask = asked()
    kept = sample.read(store.path("demo/releases/1.0.1") / sample.FILE)
    table = kept.rows.table
    told = ask.infer(table.astype(np.float64)).json()
    assert told["model_version"] == "1.0.1"
    assert told["outputs"][0]["data"] == pytest.approx(kept.score.tolist(), abs=1e-12)
    raw = np.ascontiguousarray(table, "<f4").tobytes()
    tensor = {"name": "rows", "shape": list(table.shape), "datatype": "FP32", "parameters": {"binary_data_size": len(raw)}}
    head = json.dumps({"id": "q", "inputs": [tensor], "outputs": [{"name": "score", "parameters": {"binary_data": True}}]}).encode()
    answer = ask("POST", "/v2/models/demo/infer", content=head + raw, headers={"Inference-Header-Content-Length": str(len(head))})
    ends = int(answer.headers["inference-header-content-length"])
    facts = json.loads(answer.content[:ends])
    assert (facts["id"], facts["outputs"][0]["parameters"]["binary_data_size"]) == ("q", 8 * len(table))
    assert np.frombuffer(answer.content[ends:], "<f8") == pytest.approx(kept.score, abs=1e-12)


def test_every_answer_says_whose_it_is_and_until_when_it_is_good(asked):
    answer = asked().infer()
    assert answer.json()["parameters"] == {
        "session": "2026-11-19", "expires_at": "2026-11-20T23:00:00+00:00", "stale": False, "family": "logistic",
    }  # fmt: skip
    assert (answer.headers["x-nightshift-version"], answer.headers["x-nightshift-session"]) == ("1.0.1", "2026-11-19")
    assert asked()("GET", "/v2", headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert len(asked()("GET", "/v2", headers={"X-Request-Id": "a b\x7f"}).headers["x-request-id"]) == 32


N = 15  # columns of the market


def about(*more, **changed):
    """A request with one good row, but for what is said otherwise; further inputs behind it."""
    tensor = {"name": "rows", "shape": [1, N], "datatype": "FP32", "data": [0.0] * N} | changed
    return {"inputs": [{key: value for key, value in tensor.items() if value is not None}, *more]}


TWO_SYMBOLS = {"name": "symbols", "shape": [2], "datatype": "BYTES", "data": ["A", "B"]}
A_NAN = json.dumps(about(data=[float("nan"), *[0.0] * (N - 1)])).encode()
REFUSED = {
    "no JSON": (b"{", 400, "body", "invalid JSON"),
    "JSON too deep": (b'{"inputs":' + b"[" * 100_000, 400, "body", "recursion limit"),
    "no inputs": ({"inputs": []}, 400, "inputs", "at least 1 item"),
    "an unknown key": (about() | {"colour": 1}, 400, "colour", "not permitted"),
    "another name": (about(name="x"), 400, "inputs[0].name", "'rows'"),
    "another width": (about(shape=[1, 3], data=[0.0] * 3), 400, "inputs[0].shape", f"[n, {N}]"),
    "too few numbers": (about(shape=[2, N]), 400, "inputs[0].data", f"{2 * N} numbers"),
    "words": (about(data=["a"] * N), 400, "inputs[0].data", "expected numbers"),
    "ragged": (about(data=[[1], [2, 3]]), 400, "inputs[0].data", "equal length"),
    "strings as numbers": (about(datatype="BYTES"), 400, "inputs[0].datatype", "FP32"),
    "no such type": (about(datatype="FP31"), 400, "inputs.0.datatype", "FP32"),
    "neither data nor bytes": (about(data=None), 400, "inputs[0]", "either"),
    "bytes that did not come": (
        about(data=None, parameters={"binary_data_size": 4 * N}), 400, "inputs[0].parameters.binary_data_size", "0 bytes that are left",
    ),
    "not a number": (A_NAN, 422, "inputs[0].data", "row 0 has none in"),
    "too large for the type": (about(datatype="FP64", data=[1e300] * N), 422, "inputs[0].data", "finite"),
    "another output": (about() | {"outputs": [{"name": "loss"}]}, 400, "outputs[0].name", "'score'"),
    "symbols for other rows": (about(TWO_SYMBOLS), 400, "inputs[1]", "[1]"),
}  # fmt: skip


def test_what_is_refused_names_its_place_and_logs_no_prediction(asked):
    ask = asked()
    for case, (body, status, place, words) in REFUSED.items():
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = ask("POST", "/v2/models/demo/infer", content=content)
        facts = answer.json()
        assert (answer.status_code, facts["status"]) == (status, status), case
        assert answer.headers["content-type"] == "application/problem+json", case
        assert facts["field"] == place, (case, facts)
        assert words in facts["detail"], (case, facts)
        assert facts["request_id"] == answer.headers["x-request-id"]
        assert "Traceback" not in answer.text
    assert ask.service.log._waiting.empty()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/models/nobody", 404),
        ("GET", "/v2/models/..%2F..%2Fetc%2Fpasswd", 404),
        ("GET", "/v2/models/demo/versions/..%2F1.0.1", 404),
        ("GET", "/v2/models/demo/versions/1.0.0", 404),
        ("POST", "/v2/models/%00/infer", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/v2/models/demo", 405),
        ("GET", "/signals?market=../demo", 404),
        ("GET", "/signals?symbols=NOBODY", 404),
        ("GET", "/signals?session=yesterday", 400),
        ("GET", "/signals?session=2026-11-18", 404),
    ],
)
def test_what_there_is_not_is_said_in_the_same_shape(asked, method, path, status):
    answer = asked()(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "instance", "error"} <= answer.json().keys()
    assert "passwd" not in answer.json()["detail"]


def test_large_bodies_and_many_rows_are_refused_before_they_are_read(asked):
    ask = asked(limits=Limits(body_mib=0.01, rows=3))
    said = ask.infer(np.zeros((4, N)))
    assert (said.status_code, said.json()["detail"]) == (413, "expected at most 3 rows; found 4")
    long = ask("POST", "/v2/models/demo/infer", content=b" " * 20_000)
    assert (long.status_code, long.json()["field"]) == (413, "body")

    async def unsaid():
        for _ in range(20):
            yield b" " * 1000

    assert ask("POST", "/v2/models/demo/infer", content=unsaid()).status_code == 413


def test_too_many_requests_are_told_when_to_come_again(asked):
    ask = asked(limits=Limits(requests_per_second=0.5))
    statuses = [ask("GET", "/v2").status_code for _ in range(2)]
    assert statuses == [200, 429]
    assert ask("GET", "/v2").headers["retry-after"] == "2"
