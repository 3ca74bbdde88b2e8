"""A heavy stage in a container of the market's image. The answer comes back as a file in the shared home, never through stdout."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from airflow.providers.docker.exceptions import DockerContainerFailedException
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory
from docker.types import Mount

from nightshift import isolation
from nightshift.config import Market
from nightshift.errors import TrainingFailed
from nightshift.storage import store
from wiring.arguments import bound, timeout_s

_GRACE_S = 10  # between `timeout` asking the stage to end and ending it


def container_task(stage: Callable[..., Any], market: Market, **settings: Any) -> Callable[..., Any]:
    """The stage as a task whose work is done in a container; its signature stays the stage's own."""
    return task_decorator_factory(
        python_callable=stage,
        decorated_operator_class=StageContainer,
        image=market.execution.image,
        auto_remove="force",  # with "success", a task that is stopped leaves its container running
        mount_tmp_dir=False,
        user=f"{os.getuid()}:{os.getgid()}",
        mounts=[_home()],
        labels={"nightshift.market": market.market, "nightshift.stage": stage.__name__},  # so that orphans can be found
        environment=_environment(market),
        **settings,
    )


class StageContainer(DecoratedOperator, DockerOperator):
    """`@task` for one stage in a container."""

    custom_operator_name = "@task.container"
    template_fields: Sequence[str] = (*DockerOperator.template_fields, "op_args", "op_kwargs")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(command="set when the arguments are known", **kwargs)

    def execute(self, context: Any) -> Any:
        """Run the stage; its own errors come back as themselves, so that retries are decided by cause."""
        stage = self.python_callable.__name__
        arguments = bound(self.python_callable, tuple(self.op_args), dict(self.op_kwargs))
        result = _result(context)
        limit = f"{timeout_s(arguments):g}"
        asked = ["--arguments", json.dumps(arguments), "--result", str(result)]
        self.command = ["timeout", "-k", str(_GRACE_S), limit, "python", "-m", "nightshift.running.step", stage, *asked]
        try:
            super().execute(context)
        except DockerContainerFailedException as death:
            if not result.is_file():
                return _give_up(stage, arguments, death)
        return isolation.answer_of(stage, store.read_json(result))


def _give_up(stage: str, arguments: dict[str, Any], death: Exception) -> str:
    """A training whose container died or was stopped puts its family out tonight; the other families go on."""
    error = TrainingFailed(
        expected=f"the container of {stage} to answer", found=f"{death}", next_step="see its output above: time, memory, or the image"
    )
    if stage != "train":
        raise error
    from nightshift.training import fit

    return fit.give_up(**arguments, error=error)


def _result(context: Any) -> Path:
    ti = context["ti"]
    one = hashlib.sha256(f"{ti.dag_id} {ti.run_id} {ti.task_id} {ti.map_index} {ti.try_number}".encode()).hexdigest()[:24]
    folder = store.home() / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    result = folder / f"{one}.json"
    result.unlink(missing_ok=True)
    return result


def _home() -> Mount:
    """The shared home, at one path on both sides: a volume by name (NIGHTSHIFT_VOLUME), or this machine's folder."""
    source = os.environ.get("NIGHTSHIFT_VOLUME") or str(store.home())
    return Mount(source=source, target=str(store.home()), type="bind" if source.startswith("/") else "volume")


def _environment(market: Market) -> dict[str, str]:
    threads = dict.fromkeys(isolation.THREAD_VARIABLES, str(market.execution.threads))
    return {"NIGHTSHIFT_HOME": str(store.home()), "HOME": "/tmp", "PYTHONUNBUFFERED": "1", "OMP_WAIT_POLICY": "PASSIVE", **threads}  # noqa: S108
