"""A folder appears whole and sealed, or not at all; damage is found before anybody reads it."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from nightshift.errors import Damaged
from nightshift.storage import store


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    return tmp_path


def _fill(text):
    return lambda folder: (folder / "a.txt").write_text(text)


def test_a_written_folder_is_sealed_and_reads_back():
    where = store.write("demo/x", _fill("one"))
    assert (store.open_folder(where) / "a.txt").read_text() == "one"


def test_a_folder_that_is_there_is_kept():
    store.write("demo/x", _fill("one"))
    store.write("demo/x", _fill("two"))
    assert (store.open_folder("demo/x") / "a.txt").read_text() == "one"


def test_a_failing_stage_leaves_nothing(home):
    def fail(folder):
        (folder / "half.txt").write_text("half")
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        store.write("demo/x", fail)
    assert list((home / "demo").iterdir()) == []


@pytest.mark.parametrize("damage", ["changed", "missing", "not in the manifest", "seal"])
def test_damage_is_named(damage):
    folder = store.path(store.write("demo/x", _fill("one")))
    {
        "changed": lambda: (folder / "a.txt").write_text("onE"),
        "missing": (folder / "a.txt").unlink,
        "not in the manifest": lambda: (folder / "b.txt").write_text("new"),
        "seal": lambda: (folder / store.SEAL).write_text("{"),
    }[damage]()
    with pytest.raises(Damaged, match="damaged JSON" if damage == "seal" else damage):
        store.open_folder("demo/x")


@pytest.mark.parametrize("name", ["..", "a/../b", "/etc", "a//b", "", "a\n", "a\0", ".hidden", "%2e%2e", "x" * 200])
def test_an_address_cannot_leave_the_home(name):
    with pytest.raises(Damaged):
        store.path(name)


def test_a_pointer_moves_in_one_step():
    for n in "12":
        store.write(f"demo/{n}", _fill(n))
        store.point("demo/serving", f"demo/{n}")
        assert store.pointed("demo/serving") == f"demo/{n}"
        assert (store.path("demo/serving") / "a.txt").read_text() == n


def test_no_pointer_is_none():
    assert store.pointed("demo/serving") is None


def test_children_are_only_complete_folders(home):
    store.write("demo/b", _fill("b"))
    store.write("demo/a", _fill("a"))
    (home / "demo" / "half").mkdir()
    assert store.children("demo") == ["demo/a", "demo/b"]


def test_json_refuses_what_json_cannot_say(home):
    with pytest.raises(ValueError, match="JSON"):
        store.write_json(home / "x.json", {"value": float("nan")})
    assert not (home / "x.json").exists()


# The child dies at its n-th change of the file system; whatever n is, a second run ends as an undisturbed one.
DYING = textwrap.dedent(
    """
    import os, signal, sys
    from nightshift.storage import store
    left = int(sys.argv[1])
    def dying(real):
        def call(*args, **kwargs):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        return call
    os.rename, os.replace, os.fsync, os.symlink = map(dying, (os.rename, os.replace, os.fsync, os.symlink))
    def fill(folder):
        (folder / "a.txt").write_text("whole")
        (folder / "b.txt").write_text("whole")
    store.write("demo/x", fill)
    store.point("demo/serving", "demo/x")
    print("finished")
    """
)


def _run(deaths):
    return subprocess.run([sys.executable, "-c", DYING, str(deaths)], capture_output=True, text=True, env=os.environ | {}, check=False)


def test_killed_at_every_write_a_second_run_ends_the_same(home):
    deaths = 0
    while True:
        deaths += 1
        first = _run(deaths)
        assert not store.exists("demo/x") or store.open_folder("demo/x")
        assert store.pointed("demo/serving") in {None, "demo/x"}
        if first.returncode == 0:
            break
        assert first.returncode == -signal.SIGKILL
        assert _run(0).stdout == "finished\n"
        store.sweep("demo")
        assert sorted(p.name for p in (home / "demo").iterdir()) == ["serving", "x"]
        (home / "demo" / "serving").unlink()
        for file in (home / "demo" / "x").iterdir():
            file.unlink()
        (home / "demo" / "x").rmdir()
    assert deaths > 8


def test_sweep_leaves_the_living_alone(home):
    (home / "demo" / f".tmp-{os.getppid()}-abc").mkdir(parents=True)
    (home / "demo" / ".tmp-999999999-abc").mkdir()
    assert store.sweep("demo") == 1
