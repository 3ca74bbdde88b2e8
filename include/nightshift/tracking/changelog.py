"""What changed between two releases, in lines that a person reads: data, columns, family, parameters, code, libraries."""

from __future__ import annotations

from collections.abc import Iterable

_SHORT = 12


def changelog(new: dict, old: dict | None) -> str:
    """Markdown lines, from the facts of two `release.json` with their `columns`; the first release has nothing to differ from.

    >>> print(changelog({"family": "ridge", "session": "2026-11-19", "columns": ["a"]}, None))
    First release: ridge of 2026-11-19, 1 columns.
    """
    if old is None:
        return f"First release: {new['family']} of {new['session']}, {len(new['columns'])} columns."
    lines = [
        _changed(
            "data", f"snapshot {_name(old, 'snapshot')} of {old['session']}", f"snapshot {_name(new, 'snapshot')} of {new['session']}"
        ),
        _columns(old["columns"], new["columns"]),
        _changed("family", old["family"], new["family"]),
        *(_mapping("parameter", old["params"], new["params"]) if old["family"] == new["family"] else ()),
        _changed("code", _code(old), _code(new)),
        *_mapping("library", old["libraries"], new["libraries"]),
    ]
    return f"Since {old['version']}:\n" + "\n".join(f"- {line}" for line in lines if line)


def _changed(what: str, old: object, new: object) -> str:
    return "" if old == new else f"{what}: {old} → {new}"


def _columns(old: Iterable[str], new: Iterable[str]) -> str:
    appeared, vanished = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    return "columns: " + " ".join([*(f"+{name}" for name in appeared), *(f"−{name}" for name in vanished)]) if appeared or vanished else ""


def _mapping(what: str, old: dict, new: dict) -> list[str]:
    return [_changed(f"{what} {name}", old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]


def _name(release: dict, key: str) -> str:
    return str(release[key]).rsplit("/", 1)[-1][:_SHORT]


def _code(release: dict) -> str:
    commit = (release.get("git_commit") or "no commit")[:_SHORT]
    return f"{commit}{' with changes' if release.get('git_dirty') else ''} (library {_name(release, 'code')})"
