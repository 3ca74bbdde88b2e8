"""A data set at a revision: which content it is, its copy, and what happens when the remote is away, changed or wrong."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from nightshift import PROJECT, sessions
from nightshift.data import snapshot, sources
from nightshift.data.sources import Query
from nightshift.data.sources.versioned import dvc_files, remote_files, secrets
from nightshift.data.sources.versioned.local_copies import digest
from nightshift.errors import ConfigError, NightshiftError, SourceUnreachable, SourceUnreadable
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.storage import store

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "folder"
AS_OF = sessions.utc("2024-03-01T22:00")
QUERY = Query("XNYS", (), None, dt.date(2024, 3, 1), AS_OF)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A storage with one revision, 2024-03."""
    place = tmp_path / "remote"
    shutil.copytree(RECORDED, place / "2024-03")
    return place


@pytest.fixture
def there(market, remote, nightshift_home):
    """A market that reads a revision of the storage."""
    return lambda revision="2024-03", url=None, **more: market(
        "versioned", url=url or f"file://{remote}/{{revision}}", revision=revision, **more
    )


def test_a_revision_is_read_as_the_folder_it_is(market, there):
    assert sources.fetch(there(), QUERY).equals(sources.fetch(market("folder", folder=str(RECORDED)), QUERY))


def test_the_snapshot_says_exactly_which_content_was_read(there, remote):
    asked = SnapshotRecord.read(store.path(snapshot.take(there(), AS_OF))).source
    assert asked.params["revision"] == "2024-03"
    assert asked.params["exactly"] == digest(remote / "2024-03")
    assert asked.kind == "versioned"


def test_without_the_remote_the_copy_of_this_revision_is_read_and_the_log_says_why(there, remote, caplog):
    first = snapshot.take(there(), AS_OF)
    shutil.rmtree(remote)
    with caplog.at_level(logging.WARNING, "nightshift"):
        assert snapshot.take(there(), AS_OF) == first
    assert "read the local copy of 2024-03 of file://" in caplog.text
    assert "because FileNotFoundError: nothing at" in caplog.text


def test_the_copy_of_another_revision_is_not_read_in_its_place(there, remote):
    sources.fetch(there(), QUERY)
    with pytest.raises(SourceUnreachable, match=r"local copies are of 2024-03 only, and another revision is not read in its place"):
        sources.fetch(there("2024-04"), QUERY)
    with pytest.raises(SourceUnreachable, match="no local copy of it"):
        sources.fetch(there(url=f"file://{remote}/no-such/{{revision}}"), QUERY)


def test_a_revision_that_was_written_over_is_refused_with_both_contents(there, remote):
    sources.fetch(there(), QUERY)
    before = digest(remote / "2024-03")
    file = remote / "2024-03" / "CCC.csv"
    file.write_text(file.read_text().replace(".", ",", 1))
    with pytest.raises(SourceUnreadable, match=f"as it was first read, {before}.*other bytes, {digest(remote / '2024-03')}"):
        sources.fetch(there(), QUERY)


def test_the_same_bytes_uploaded_again_are_the_same_revision(there, remote):
    bars = sources.fetch(there(), QUERY)
    for file in (remote / "2024-03").iterdir():
        file.touch()
    assert sources.fetch(there(), QUERY).equals(bars)


def test_a_damaged_copy_is_read_anew_and_never_used(there, remote, nightshift_home, caplog):
    bars = sources.fetch(there(), QUERY)
    copied = next(nightshift_home.glob("source.copies/*/*/files/CCC.csv"))
    copied.chmod(copied.stat().st_mode | stat.S_IWUSR)
    copied.write_text("damaged")
    assert sources.fetch(there(), QUERY).equals(bars)
    assert "is damaged and will be read anew" in caplog.text
    next(nightshift_home.glob("source.copies/*/*/files/CCC.csv")).write_text("damaged")
    shutil.rmtree(remote)
    with pytest.raises(SourceUnreachable):
        sources.fetch(there(), QUERY)


def test_a_download_that_breaks_off_leaves_nothing_behind(there, nightshift_home, monkeypatch):
    def half(remote, wanted, folder: Path) -> None:
        (folder / wanted[0].name).write_text("half")
        raise ConnectionResetError("the line went dead")

    monkeypatch.setattr(remote_files, "download", half)
    with pytest.raises(SourceUnreachable, match="ConnectionResetError: the line went dead"):
        sources.fetch(there(), QUERY)
    assert not [place for place in nightshift_home.rglob("*") if place.is_file()]


def test_a_sha256_names_the_content_wherever_it_lies(there, remote):
    sha, file = digest(remote / "2024-03"), f"file://{remote}/2024-03"
    bars = sources.fetch(there(sha, url=file), QUERY)
    with pytest.raises(SourceUnreadable, match=f"expected sha256:00 .*found {sha}"):
        sources.fetch(there("sha256:00", url=file), QUERY)
    shutil.rmtree(remote)
    assert sources.fetch(there(sha, url=file), QUERY).equals(bars)


def test_one_file_has_the_sha256_that_sha256sum_prints(remote):
    alone = remote / "alone"
    alone.mkdir()
    shutil.copy(RECORDED / "CCC.csv", alone)
    assert digest(alone) == f"sha256:{hashlib.sha256((RECORDED / 'CCC.csv').read_bytes()).hexdigest()}"


def test_a_folder_has_the_sha256_that_the_documented_command_prints(remote):
    listed = "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum"
    assert listed.replace("|", "\\|") in (PROJECT / "docs" / "sources.md").read_text()
    printed = subprocess.run(["bash", "-c", f"{listed} | sha256sum"], cwd=remote / "2024-03", capture_output=True, text=True, check=True)
    assert digest(remote / "2024-03") == f"sha256:{printed.stdout.split()[0]}"


def test_a_market_file_may_insist_on_the_content(there, remote):
    with pytest.raises(ConfigError, match=r"expected sha256:00 as revision 2024-03.*found sha256:"):
        sources.fetch(there(exactly="sha256:00"), QUERY)
    assert len(sources.fetch(there(exactly=digest(remote / "2024-03")), QUERY))


def test_how_files_are_read_is_asked_in_the_folder_sources_own_words(there):
    late = sources.fetch(there(files={"assumed_delay_minutes": 45}), QUERY)
    assert late["observed_at"][0].as_py() > sources.fetch(there(), QUERY)["observed_at"][0].as_py()
    with pytest.raises(ConfigError, match="assumed_delay_minute"):
        sources.fetch(there(files={"assumed_delay_minute": 45}), QUERY)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"revision": "v1"}, "either `url` or `repository`"),
        ({"url": "file:///x/{revision}", "repository": "/r", "revision": "v1"}, "either `url` or `repository`"),
        ({"repository": "/r", "revision": "v1"}, "expected `path`"),
        ({"url": "file:///x/{revision}", "revision": "v1", "path": "p"}, "only beside `repository`"),
        ({"url": "file:///x", "revision": "v1"}, r"`\{revision\}` in `url`"),
        ({"url": "file:///x/{revision}", "revision": "sha256:1"}, "both"),
        ({"url": "file:///x", "revision": "version:1"}, "only for an object in S3"),
        ({"url": "file:///x/{revision}", "revision": "--upload-pack=x"}, "revision"),
        ({"url": "nothing://x/{revision}", "revision": "v1"}, "nothing"),
        ({"url": "s3://quant:s3cret@bucket/{revision}", "revision": "v1"}, "`url` without credentials"),
        ({"url": "https://host/{revision}?sig=s3cret", "revision": "v1"}, "`url` without credentials"),
        ({"url": "s3://b/{revision}", "revision": "v1", "storage": {"secret": "s3cret"}}, "`storage.secret` without credentials"),
        (
            {"url": "s3://b/{revision}", "revision": "v1", "storage": {"client_kwargs": {"aws_secret_access_key": "s3cret"}}},
            "without credentials",
        ),
        ({"url": "env:NO_SUCH_ADDRESS", "revision": "v1"}, "environment variable NO_SUCH_ADDRESS"),
        ({"repository": "/no/such/repository", "path": "data", "revision": "v1"}, "a git repository at /no/such/repository"),
    ],
)
def test_a_wrong_question_is_refused_in_words_without_its_secrets(market, asked, words, nightshift_home):
    with pytest.raises(NightshiftError, match=words) as failure:
        sources.fetch(market("versioned", **asked), QUERY)
    assert "s3cret" not in str(failure.value)


def test_options_come_from_the_environment_at_any_depth(monkeypatch):
    monkeypatch.setenv("THE_SECRET", "s3cret")
    filled = secrets.options_of({"anon": False, "token": "anon", "client_kwargs": {"aws_secret_access_key": "env:THE_SECRET"}})
    assert filled == {"anon": False, "token": "anon", "client_kwargs": {"aws_secret_access_key": "s3cret"}}


def test_a_name_from_a_remote_cannot_leave_the_copy(tmp_path):
    for name in ("../x", "/etc/x", "a/../../x", "", "..\\x"):
        with pytest.raises(SourceUnreadable, match="names of files inside"):
            remote_files.inside(tmp_path, name)


MD5 = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
LOCK = f"schema: '2.0'\nstages:\n  clean:\n    cmd: x\n    outs:\n    - path: bars/daily\n      md5: {MD5}.dir\n      hash: md5\n"


@pytest.mark.parametrize(
    ("files", "path", "exactly", "first"),
    [
        ({"data/bars.dvc": f"outs:\n- md5: {MD5}.dir\n  hash: md5\n  path: bars\n"}, "data/bars", f"md5:{MD5}.dir", "files/md5/0a"),
        ({"data/bars.dvc": f"outs:\n- md5: {MD5}.dir\n  path: bars\n"}, "data/bars", f"md5:{MD5}.dir", "0a"),
        ({"data/bars.dvc": f"outs:\n- md5: {MD5}.dir\n  hash: md5\n  path: bars\n"}, "data/bars/us", f"md5:{MD5}.dir/us", "files/md5/0a"),
        ({"data/dvc.lock": LOCK}, "data/bars/daily", f"md5:{MD5}.dir", "files/md5/0a"),
        ({"dvc.lock": LOCK}, "bars/daily/us", f"md5:{MD5}.dir/us", "files/md5/0a"),
    ],
    ids=["dvc 3", "dvc 2", "a part", "a pipeline below", "a part of a pipeline's"],
)
def test_the_content_of_a_path_is_read_from_what_dvc_writes(files, path, exactly, first):
    tracked = dvc_files.tracked(files.get, path)
    assert tracked.exactly == exactly
    assert tracked.object_of(tracked.md5).startswith(first + "/1b")
    assert dvc_files.tracked(files.get, "elsewhere") is None


def test_a_remote_with_versions_of_its_own_is_refused():
    with pytest.raises(SourceUnreadable, match="a remote with versions of its own"):
        dvc_files.tracked({"bars.dvc": "outs:\n- path: bars\n  files: []\n"}.get, "bars")


def test_a_folders_listing_is_cut_to_the_part():
    listed = '[{"md5": "1", "relpath": "us/AAA.csv"}, {"md5": "2", "relpath": "de/BBB.csv"}, {"md5": "3", "relpath": "CCC.csv"}]'
    part = {name: dvc_files.Tracked("bars", "0.dir", "", name).contents(listed) for name in ("", "us", "CCC.csv", "no")}
    assert part == {
        "": {"us/AAA.csv": "1", "de/BBB.csv": "2", "CCC.csv": "3"},
        "us": {"AAA.csv": "1"},
        "CCC.csv": {"CCC.csv": "3"},
        "no": {},
    }


def test_the_remote_is_the_named_one_or_the_default_and_the_local_configuration_wins():
    one = "['remote \"one\"']\n    url = s3://one/x\n    endpointurl = http://a\n"
    shared = f"[core]\n    remote = one\n{one}['remote \"two\"']\n    url = ../two\n"
    own = "['remote \"one\"']\n    endpointurl = http://b\n    region = eu\n"
    assert dvc_files.remote_of([shared, own], "") == ("s3://one/x", {"endpoint_url": "http://b", "client_kwargs": {"region_name": "eu"}})
    assert dvc_files.remote_of([shared, own], "two") == ("../two", {})
    assert dvc_files.remote_of([shared, own], "three") == ("", {})
    assert dvc_files.remotes_in([shared, own]) == ["one", "two"]
