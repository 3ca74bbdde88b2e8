"""Bars at a revision from a server that speaks S3 over a real socket (moto's), and without it."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nightshift import sessions
from nightshift.data import snapshot, sources
from nightshift.data.sources import Query
from nightshift.errors import ConfigError, SourceUnreachable
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.storage import store

s3fs = pytest.importorskip("s3fs", reason="needs the extra s3: uv sync --extra s3")
pytest.importorskip("moto.server", reason="needs moto's S3 server, of the dev group")

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "folder"
AS_OF = sessions.utc("2024-03-01T22:00")
QUERY = Query("XNYS", (), None, dt.date(2024, 3, 1), AS_OF)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server for the tests of this file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, "the server ended before it answered"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "quant")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret-of-quant")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def bucket(server, login, request):
    """A bucket of this test's own with versions switched on, and the bars of one revision in it."""
    name = f"bars-{abs(hash(request.node.nodeid)) % 10**9}"
    files = s3fs.S3FileSystem(endpoint_url=server, skip_instance_cache=True, use_listings_cache=False, version_aware=True)
    files.mkdir(name)
    files.call_s3("put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for file in RECORDED.iterdir():
        files.put_file(str(file), f"{name}/2024-03/{file.name}")
    return files, name


@pytest.fixture
def ask(market, server, nightshift_home):
    return lambda url, revision, where=server, **more: market(
        "versioned", url=url, revision=revision, storage={"endpoint_url": where, **more}
    )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_prefix_at_a_revision_then_its_copy_once_the_server_is_gone(market, ask, bucket, caplog):
    url = f"s3://{bucket[1]}/{{revision}}"
    taken = snapshot.take(ask(url, "2024-03"), AS_OF)
    assert taken == snapshot.take(market("folder", folder=str(RECORDED)), AS_OF)
    asked = SnapshotRecord.read(store.path(taken)).source
    with caplog.at_level(logging.WARNING, "nightshift"):
        again = snapshot.take(ask(url, "2024-03", where="http://127.0.0.1:1"), AS_OF)
    assert again == taken
    assert asked.params["exactly"].startswith("sha256:")
    assert f"read the local copy of 2024-03 of {url}" in caplog.text
    assert "because EndpointConnectionError" in caplog.text
    with pytest.raises(SourceUnreachable, match="copies are of 2024-03 only"):
        sources.fetch(ask(url, "2024-04", where="http://127.0.0.1:1"), QUERY)
    assert "s3cret" not in caplog.text


def test_a_version_of_an_object_stays_what_it_was_after_it_was_written_over(ask, bucket):
    files, name = bucket
    path = f"{name}/2024-03/CCC.csv"
    first = files.info(path)["VersionId"]
    before = sources.fetch(ask(f"s3://{path}", f"version:{first}"), QUERY)
    files.pipe_file(path, (RECORDED / "CCC.csv").read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    second = next(found["VersionId"] for found in files.object_version_info(path) if found["IsLatest"])
    after = sources.fetch(ask(f"s3://{path}", f"version:{second}"), QUERY)
    assert len(after) == len(before) - 1
    assert sources.fetch(ask(f"s3://{path}", f"version:{first}"), QUERY).equals(before)


def test_a_revision_that_is_not_there_and_a_bucket_that_is_not(ask, bucket):
    with pytest.raises(SourceUnreachable, match=r"FileNotFoundError.*no local copy of it"):
        sources.fetch(ask(f"s3://{bucket[1]}/{{revision}}", "1999-01"), QUERY)
    with pytest.raises(SourceUnreachable, match="no local copy of it"):
        sources.fetch(ask("s3://no-such-bucket/{revision}", "2024-03"), QUERY)
    with pytest.raises(ConfigError, match="options its storage knows"):
        sources.fetch(ask(f"s3://{bucket[1]}/{{revision}}", "2024-03", no_such_option=1), QUERY)
