"""The figures of the house and the search for dead code, on tiny made-up packages."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_the_house_counts_each_figure(tmp_path):
    from house import LINES, figures

    library = tmp_path / "include" / "nightshift"
    files = {
        "__init__.py": "",
        "loose.py": "import nightshift.report.page\n",
        "report/__init__.py": "",
        "report/page.py": """\
            from nightshift import loose
            def facts() -> dict: return {}
            def _hidden() -> dict: return {}
            def named() -> dict[str, int]: return {}
            def rows() -> list[dict]:
                def inner() -> dict: return {}
                return [inner().get("a"), inner().get(key), inner().get('b', 0)]
            class Page:
                def shown(self) -> dict: return {}
            """,
        "report/page.html.jinja": '{{ facts.get("c") }}',
        "report/full.py": "\n" * LINES,
        "report/long.py": "\n" * (LINES + 1),
    }
    for name, text in files.items():
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text(dedent(text))
    assert {figure.name: figure.places for figure in figures(tmp_path)} == {
        "import circles": ("2 files: nightshift.loose nightshift.report.page",),
        "rooms at the top": ("report",),
        "loose modules": ("loose.py",),
        "public functions that return a bare dict": ("report/page.py:2 facts", "report/page.py:9 shown"),
        "public functions that return a list[dict]": ("report/page.py:5 rows",),
        f"files over {LINES} lines": (f"include/nightshift/report/long.py has {LINES + 1}",),
        '.get("…") in report/': ('page.html.jinja:1 "c"', 'page.py:7 "a"', "page.py:7 'b'"),
    }


def test_a_limit_is_kept_up_to_itself_and_what_is_above_it_is_named():
    from house import Figure, told

    assert list(told(Figure("rooms", ("a", "b"), 2), 1)) == ["    2  of at most  2  rooms"]
    above = ["    3  of at most  2  rooms", "         a", "         … and 2 more; --all names them"]
    assert list(told(Figure("rooms", ("a", "b", "c"), 2), 1)) == above


def test_strict_decides_the_exit_code(monkeypatch):
    import house

    monkeypatch.setattr(house, "figures", lambda _: [house.Figure("rooms", ("a",), 1), house.Figure("circles", ("a b",), 0)])
    assert (house.main([]), house.main(["--strict"])) == (0, 1)
    monkeypatch.setattr(house, "figures", lambda _: [house.Figure("rooms", ("a",), 1)])
    assert house.main(["--strict"]) == 0


def test_the_house_of_this_project_can_be_told():
    told = subprocess.run([sys.executable, SCRIPTS / "house.py"], capture_output=True, text=True, check=True).stdout
    assert told.count("of at most") == 7


def test_dead_code_is_found_and_a_list_of_what_lives_may_not_rot(package):
    from dead_code import dead

    folder = package({"hall.py": "def door(): ...\ndef bell(): ...\ndef lamp(): ...\n", "room.py": "from home.hall import door\ndoor()\n"})
    (told,) = dead([folder], alive={"lamp": "switched on from outside"})
    assert "hall.py:2: unused function 'bell'" in told
    assert dead([folder], alive={"lamp": "x", "bell": "x", "door": "x", "roof": "x"}) == [
        "ALIVE names door, which is used or gone: take it off the list",
        "ALIVE names roof, which is used or gone: take it off the list",
    ]


def test_the_fields_of_a_record_are_written_down_but_an_unused_record_is_dead(package):
    from dead_code import dead

    record = "class Thing:\n    size: int\n"
    (setting, thing) = dead(
        [
            package(
                {"config.py": record.replace("Thing", "Used"), "nouns/thing.py": record, "a.py": "from home.config import Used\nUsed()\n"}
            )
        ],
        alive={},
    )
    assert "config.py:2: unused variable 'size'" in setting
    assert "thing.py:1: unused class 'Thing'" in thing


def test_what_a_template_names_is_used_and_its_prose_is_not(package):
    from dead_code import dead

    facts = "class Facts:\n    size: int\n    weight: int\n\nFacts()\n"
    (told,) = dead([package({"facts.py": facts, "page.html.jinja": "<p>weight: {{ facts.size }}{% if x %}{% endif %}</p>"})], alive={})
    assert "unused variable 'weight'" in told
