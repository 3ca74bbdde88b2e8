"""The log of a night's stages: what the first version wrote is read, and a torn line costs only itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from nightshift.nouns.timing_line import Timing

KEPT = Path(__file__).parent / "kept"


def test_lines_of_the_first_version_are_read_and_written_as_they_were(tmp_path):
    kept = Timing.read(KEPT)
    assert [timing.what for timing in kept] == ["extract", "check"]
    for timing in kept:
        timing.append(tmp_path / "night")
    assert (tmp_path / "night" / Timing.FILE).read_text() == (KEPT / Timing.FILE).read_text()


def test_no_log_is_no_timing(tmp_path):
    assert Timing.read(tmp_path) == ()


def test_a_torn_line_costs_only_itself_and_is_named(tmp_path, caplog):
    shutil.copy(KEPT / Timing.FILE, tmp_path)
    torn = (KEPT / Timing.FILE).read_text().splitlines()[0][:40]
    with (tmp_path / Timing.FILE).open("ab") as log:
        log.write(torn.encode() + b"\n\xff\x00\n\n")
    assert Timing.read(tmp_path) == Timing.read(KEPT)
    assert str(tmp_path) in caplog.text
    assert torn in caplog.text
