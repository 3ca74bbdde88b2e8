"""MLflow, MongoDB and Airflow may all be down, and nothing of a release is ever unpickled: a service that has none of them answers."""

import json
import subprocess
import sys

FORBIDDEN = ("mlflow", "pymongo", "airflow", "dill")
SCRIPT = """
import asyncio, datetime as dt, json, sys

forbidden = {forbidden!r}
class Refusing:
    def find_spec(self, name, *_):
        if name.split(".")[0] in forbidden:
            raise ImportError(f"{{name}} is not here")
sys.meta_path.insert(0, Refusing())

called = []
def never(module, *names):
    for name in names:
        def refused(*_, said=f"{{module.__name__}}.{{name}}", **__):
            called.append(said)
            raise AssertionError(said)
        setattr(module, name, refused)

import sklearn.linear_model, lightgbm, skops.io  # whatever they define for others to pickle is defined before it is refused
import pickle, joblib, cloudpickle
never(pickle, "load", "loads", "dump", "dumps", "Unpickler", "Pickler")
never(joblib, "load", "dump")
never(cloudpickle, "load", "loads", "dump", "dumps")

import httpx
from nightshift.nouns.release import FirstLoad
from nightshift.release import probe
from nightshift.serving.served import loading
from nightshift.serving.application import application
from nightshift.serving.door.keys import Keys
from nightshift.serving.door.limits import Limits
from nightshift.serving.service import service
from nightshift import release
from nightshift.config import load_market

loading.first_load = lambda where: FirstLoad.model_validate(probe.first_load(where))
now = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
served = service(("demo",), "production", Keys(), Limits(), lambda: now)

async def ask(method, path, **more):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application(served)), base_url="http://service") as client:
        return (await client.request(method, path, **more)).json()

answers = []
for version in (None, "1.0.0"):
    if version:
        release.rollback(load_market("demo"), to=version, who="ann", why="a trial", at=now)
    served.refresh()
    columns = asyncio.run(ask("GET", "/v2/models/demo"))["inputs"][0]["shape"][1]
    tensor = {{"name": "rows", "shape": [1, columns], "datatype": "FP32", "data": [0.0] * columns}}
    scores = asyncio.run(ask("POST", "/v2/models/demo/infer", json={{"inputs": [tensor]}}))["outputs"][0]["data"]
    signals = asyncio.run(ask("GET", "/signals"))["signals"]
    answers.append([served.serving("demo").model.fitted.family, len(scores), len(signals)])
print(json.dumps({{"answers": answers, "called": called, "loaded": [name for name in forbidden if name in sys.modules]}}))
"""


def test_a_service_answers_with_none_of_them(released_market):
    """In a process of its own: what other tests have imported is no excuse."""
    script = SCRIPT.format(forbidden=FORBIDDEN)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    facts = json.loads(ended.stdout.splitlines()[-1])
    assert facts == {"answers": [["logistic", 1, 6], ["lightgbm", 1, 6]], "called": [], "loaded": []}
