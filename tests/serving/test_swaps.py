"""Which release answers: the pointer's, once it is verified; and every answer is one release's alone."""

import datetime as dt
import gc
import shutil
import weakref

import numpy as np
import pytest

from nightshift import release
from nightshift.config import load_market
from nightshift.release import sample
from nightshift.serving.served import swapping
from nightshift.storage import store

AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def rolled_back(to="previous", minutes=0):
    return release.rollback(load_market("demo"), to=to, who="ann", why="a trial", at=AT + dt.timedelta(minutes=minutes))


def test_a_rollback_takes_over_and_the_old_model_is_let_go(asked):
    ask = asked()
    before = weakref.ref(ask.service.serving("demo").model)
    rolled_back()
    assert ask.infer().json()["model_version"] == "1.0.1", "nobody has looked yet"
    ask.service.refresh()
    assert ask.infer().json()["model_version"] == "1.0.0"
    assert ask("GET", "/signals").json()["version"] == "1.0.0"
    assert ask("GET", "/v2/models/demo/versions/1.0.1").status_code == 404
    gc.collect()
    assert before() is None
    page = ask("GET", "/metrics").text
    assert 'nightshift_serving_model{market="demo",version="1.0.0"} 1.0' in page
    assert 'version="1.0.1"' not in page
    assert 'nightshift_serving_reloads_total{market="demo",outcome="done"} 2.0' in page


def test_answers_under_swaps_are_never_a_mixture(asked, pool):
    """Whoever asks while releases change gets the scores of the version that the answer names, to the last bit."""
    ask = asked()
    table = sample.read(store.path("demo/releases/1.0.1") / sample.FILE).rows.table[:40].astype(np.float64)
    of = {ask.infer(table).json()["model_version"]: ask.infer(table).json()["outputs"][0]["data"]}
    for minute, to in enumerate(("1.0.0", "1.0.1", "1.0.0")):
        rolled_back(to, minute)
        answers = [pool.submit(ask.infer, table) for _ in range(30)]
        ask.service.refresh()
        facts = ask.infer(table).json()
        assert facts["model_version"] == to
        assert of.setdefault(to, facts["outputs"][0]["data"]) == facts["outputs"][0]["data"]
        for answer in answers:
            facts = answer.result().json()
            assert facts["outputs"][0]["data"] == of[facts["model_version"]]
    assert of["1.0.0"] != of["1.0.1"]


def test_a_damaged_release_does_not_take_over_and_is_said_to_be_refused(asked, released_market):
    ask = asked()
    rolled_back()
    file = next((released_market / "demo" / "releases" / "1.0.0" / "model").rglob("*.txt"))
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-20])
    for _ in range(2):
        ask.service.refresh()
    assert ask.infer().json()["model_version"] == "1.0.1"
    assert ask("GET", "/v2/health/ready").json() == {"ready": True, "newer_release_refused": ["demo"]}
    assert 'reloads_total{market="demo",outcome="refused"} 1.0' in ask("GET", "/metrics").text


def test_what_was_retracted_answers_no_more_even_where_nothing_can_take_over(asked, released_market):
    ask = asked()
    release.retract(load_market("demo"), "1.0.1", "ada", "wrong bars")
    file = next((released_market / "demo" / "releases" / "1.0.0" / "model").rglob("*.txt"))  # damaged after the retraction
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-20])
    for _ in range(2):
        ask.service.refresh()
    assert ask("GET", "/signals").status_code == 503
    assert ask("GET", "/v2/health/ready").status_code == 503


def test_a_service_without_a_release_is_alive_and_not_ready(asked, released_market):
    (released_market / "demo" / "serving").unlink()
    ask = asked()
    assert ask("GET", "/v2/health/live").status_code == 200
    assert ask("GET", "/v2/health/ready").json()["detail"] == "not every market has a model that answers: demo"
    assert ask("GET", "/signals").status_code == 503


def test_the_staging_service_answers_with_the_newest_tested_challenger(released_market, first_loads):
    from nightshift.serving.door.keys import Keys
    from nightshift.serving.door.limits import Limits
    from nightshift.serving.service import service

    served = service(("demo",), "staging", Keys(), Limits(), lambda: AT)
    served.refresh()
    assert (served.serving("demo").model.version, served.serving("demo").model.fitted.family) == ("staged", "logistic")


def damaged(released_market):
    """A byte less in a file of 1.0.0; returns what puts it back."""
    file = next((released_market / "demo" / "releases" / "1.0.0" / "model").rglob("*.txt"))
    file.chmod(0o644)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    return lambda: file.write_bytes(whole)


def test_a_refusal_is_forgotten_when_the_pointer_is_back(asked, released_market):
    ask = asked()
    rolled_back()
    damaged(released_market)
    ask.service.refresh()
    assert ask("GET", "/v2/health/ready").json()["newer_release_refused"] == ["demo"]
    rolled_back("1.0.1", 1)
    ask.service.refresh()
    assert ask("GET", "/v2/health/ready").json()["newer_release_refused"] == []


def test_a_release_that_was_put_back_takes_over_without_a_restart(asked, released_market):
    ask = asked()
    rolled_back()
    put_back = damaged(released_market)
    ask.service.refresh()
    put_back()
    looks = 0
    while ask.service.serving("demo").model.version != "1.0.0":
        ask.service.refresh()
        looks += 1
        assert looks <= swapping.LOOKS_UNTIL_AGAIN + 1
    assert looks == swapping.LOOKS_UNTIL_AGAIN + 1, "a refused release is not read twice a second"


@pytest.mark.parametrize("trouble", ["a pointer to nowhere", "no night and no file"])
def test_what_answers_goes_on_when_nothing_around_it_can_be_read(asked, released_market, trouble, caplog):
    ask = asked()
    if trouble == "a pointer to nowhere":
        link = released_market / "demo" / "serving"
        link.unlink()
        link.symlink_to("releases/9.9.9")
    else:
        (released_market.parent / "markets" / "demo.yaml").unlink()
        shutil.rmtree(released_market / ask.service.serving("demo").model.release.night)
    ask.service.refresh()
    assert ask.infer().json()["model_version"] == "1.0.1"
    assert ask("GET", "/v2/health/ready").json()["newer_release_refused"] == ["demo"]
    assert "demo" in caplog.text


def test_nothing_is_told_of_a_market_that_serves_nothing_any_more(asked, released_market):
    ask = asked()
    assert 'expires_in_seconds{market="demo"}' in ask("GET", "/metrics").text
    (released_market / "demo" / "serving").unlink()
    ask.service.refresh()
    assert 'seconds{market="demo"}' not in ask("GET", "/metrics").text
