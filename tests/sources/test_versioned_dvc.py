"""Bars at a revision of a repository that the real DVC made: read without DVC, from its remote, its cache or the copy."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from nightshift import sessions
from nightshift.data import snapshot, sources
from nightshift.data.sources import Query
from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.storage import store

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "folder"
AS_OF = sessions.utc("2024-03-01T22:00")
QUERY = Query("XNYS", (), None, dt.date(2024, 3, 1), AS_OF)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repository` (tags v1, and v2 with a bar less) and `remote`, as DVC made them (`make_dvc_repository.py`)."""
    place = tmp_path_factory.mktemp("dvc")
    with tarfile.open(RECORDED.parent / "dvc_repository.tar.xz") as archive:
        archive.extractall(place, filter="fully_trusted")
    return place


@pytest.fixture
def place(made, tmp_path):
    """The same, for a test that changes it."""
    shutil.copytree(made, tmp_path / "dvc", symlinks=True)
    config = tmp_path / "dvc" / "repository" / ".dvc" / "config"  # seen from a mirror, a place of its own has to be said whole
    config.write_text(f"[core]\n    remote = storage\n['remote \"storage\"']\n    url = {tmp_path / 'dvc' / 'remote'}\n")
    git = ["git", "-C", str(tmp_path / "dvc" / "repository"), "-c", "user.name=q", "-c", "user.email=q@example.com"]
    subprocess.run([*git, "commit", "--quiet", "-am", "where the remote is"], check=True)
    return tmp_path / "dvc"


@pytest.fixture
def ask(market, nightshift_home):
    return lambda repository, revision, path="data/bars", **more: market(
        "versioned", repository=str(repository), path=path, revision=revision, **more
    )


def test_each_tag_has_its_own_bars_and_the_snapshot_says_which(market, ask, made):
    first, second = (sources.fetch(ask(made / "repository", tag), QUERY) for tag in ("v1", "v2"))
    assert first.equals(sources.fetch(market("folder", folder=str(RECORDED)), QUERY))
    assert len(second) == len(first) - 1
    asked = SnapshotRecord.read(store.path(snapshot.take(ask(made / "repository", "v2"), AS_OF))).source.params
    commit = subprocess.run(["git", "-C", made / "repository", "rev-parse", "v2"], capture_output=True, text=True, check=True)
    assert asked["commit"] == commit.stdout.strip()
    assert asked["exactly"].startswith("md5:")
    assert asked["exactly"].endswith(".dir")


def test_one_file_and_a_part_of_a_folder(ask, made):
    alone = sources.fetch(ask(made / "repository", "v1", path="data/CCC.csv"), QUERY)
    assert alone.equals(sources.fetch(ask(made / "repository", "v1", path="data/bars/CCC.csv"), QUERY))
    assert alone["symbol"].unique().to_pylist() == ["CCC"]


def test_without_the_remote_dvcs_own_cache_answers_then_the_copy(ask, place, caplog):
    shutil.rmtree(place / "remote")
    with caplog.at_level(logging.WARNING, "nightshift"):
        bars = sources.fetch(ask(place / "repository", "v1"), QUERY)
    assert "from the local DVC cache because file://" in caplog.text
    shutil.rmtree(place / "repository" / ".dvc" / "cache")
    assert sources.fetch(ask(place / "repository", "v1"), QUERY).equals(bars)  # the md5 says that these are the bytes
    with pytest.raises(SourceUnreachable, match=r"md5:.*in the DVC remote"):
        sources.fetch(ask(place / "repository", "v2"), QUERY)


def test_a_remote_repository_is_mirrored_and_its_mirror_answers_when_it_is_away(ask, place, caplog):
    address = f"file://{place}/repository"
    bars = sources.fetch(ask(address, "main", remote="storage"), QUERY)
    shutil.move(place / "repository", place / "gone")
    with caplog.at_level(logging.WARNING, "nightshift"):
        assert sources.fetch(ask(address, "main"), QUERY).equals(bars)
    assert "read the local copy of main (commit " in caplog.text
    assert "does not appear to be a git repository" in caplog.text or "does not exist" in caplog.text
    caplog.clear()
    with pytest.raises(SourceUnreachable, match="the local mirror has no such revision"):
        sources.fetch(ask(address, "v9"), QUERY)
    with pytest.raises(SourceUnreachable, match="the git repository file://"):
        sources.fetch(ask(f"file://{place}/never", "main"), QUERY)


def test_a_branch_that_moved_is_another_content_under_the_same_name(ask, place):
    git = ["git", "-C", str(place / "repository"), "-c", "advice.detachedHead=false"]
    subprocess.run([*git, "branch", "-f", "nightly", "v1"], check=True)
    before = snapshot.take(ask(place / "repository", "nightly"), AS_OF)
    subprocess.run([*git, "branch", "-f", "nightly", "v2"], check=True)
    after = snapshot.take(ask(place / "repository", "nightly"), AS_OF, full=False)
    assert after == snapshot.take(ask(place / "repository", "v2"), AS_OF)
    assert after != before


def test_objects_that_are_not_what_their_name_says_are_refused(ask, place):
    shutil.rmtree(place / "repository" / ".dvc" / "cache")
    for file in (place / "remote").rglob("*"):
        if file.is_file() and not file.name.endswith(".dir"):
            file.chmod(0o644)
            file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(SourceUnreadable, match=r"with md5 .*found md5"):
        sources.fetch(ask(place / "repository", "v1"), QUERY)


def test_what_is_not_there_is_named_with_what_is(ask, made):
    with pytest.raises(ConfigError, match=r"found 'v11'; next: did you mean 'v1'"):
        sources.fetch(ask(made / "repository", "v11"), QUERY)
    with pytest.raises(ConfigError, match=r"nothing for 'data/bar'; tracked: data/bars"):
        sources.fetch(ask(made / "repository", "v1", path="data/bar"), QUERY)
    with pytest.raises(ConfigError, match=r"'backup' \(there: storage\)"):
        sources.fetch(ask(made / "repository", "v1", remote="backup"), QUERY)
