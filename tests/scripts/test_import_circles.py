"""Import circles on a tiny package: found however they are written, and nothing else."""

import pytest


def _circles(folder):
    from import_circles import circles, graph

    return circles(graph(folder))


@pytest.mark.parametrize(
    "leads_back",
    [
        "import home.hall",
        "import home.hall as entrance",
        "from home import hall",
        "from home.hall import door",
        "from . import hall",
        "from .hall import door",
        "def late():\n    from home import hall\n    return hall",
        "try:\n    import home.hall\nexcept ImportError:\n    pass",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = 1\nelse:\n    import home.hall",
    ],
)
def test_a_circle_is_found_however_it_is_written(package, leads_back):
    folder = package({"hall.py": "from home import room\ndoor = 1\n", "room.py": leads_back + "\n", "garden.py": "import home.hall\n"})
    assert _circles(folder) == [["home.hall", "home.room"]]


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "import json.tool",
        "import hall",
        "import homely.hall",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from home import hall",
        "import typing as t\nif t.TYPE_CHECKING:\n    def f():\n        import home.hall",
        "text = 'import home.hall'",
        "from home import __version__",
    ],
)
def test_what_leads_nowhere_is_no_circle(package, harmless):
    folder = package({"__init__.py": "__version__ = 1\n", "hall.py": "from home import room\ndoor = 1\n", "room.py": harmless + "\n"})
    assert _circles(folder) == []


def test_a_face_and_its_file_are_a_circle_only_when_the_file_uses_what_the_face_holds(package):
    face = "from home.attic import box\nLIST = [box]\n"
    beside = {"attic/__init__.py": face, "attic/box.py": "from home.attic import shelf\n", "attic/shelf.py": ""}
    assert _circles(package(beside)) == []
    assert _circles(package({**beside, "attic/shelf.py": "from . import LIST\n"})) == [["home.attic", "home.attic.box", "home.attic.shelf"]]


def test_circles_are_told_apart_the_largest_first_with_the_shortest_way_round(package, capsys):
    from import_circles import main

    ring = {f"r{n}.py": f"import home.r{(n + 1) % 3}\n" for n in range(3)}
    folder = package({**ring, "r1.py": "import home.r2\nimport home.r0\n", "a.py": "import home.b\n", "b.py": "import home.a, home.r0\n"})
    assert main([folder]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2 import circles, 5 of 6 files in them",
        "  3 files: home.r0, home.r1, home.r2",
        "  shortest way round: home.r0 -> home.r1 -> home.r0",
        "  2 files: home.a, home.b",
        "  shortest way round: home.a -> home.b -> home.a",
    ]
    assert main([package({"r0.py": "", "a.py": ""})]) == 0
