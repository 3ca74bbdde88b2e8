"""Facts → mail: one template a kind holds the words, one template a form says how they are laid out."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.report.mail.redaction import cleaned

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
_LONGEST_SUBJECT = 160


@dataclass(frozen=True)
class Picture:
    """A picture of a mail's HTML, and what it shows in words."""

    name: str
    says: str
    png: bytes = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """One message: a subject of one line, and the same body as plain text and as HTML, which alone has pictures."""

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()


def written(kind: str, facts: DataclassInstance, pictures: tuple[Picture, ...] = ()) -> Mail:
    """The mail of a kind: its template's words about these facts, cleaned."""
    facts = cleaned(facts, os.environ)
    known = {"pictures": pictures, **{one.name: getattr(facts, one.name) for one in fields(facts)}}

    def laid_out(form: str, *, escape: bool) -> str:
        return _environment(escape).get_template(f"{kind}.jinja").render(known, form=f"{form}.jinja")

    return Mail(
        subject=_one_line(laid_out("subject", escape=False)),
        text=laid_out("text", escape=False),
        html=laid_out("html", escape=True),
        pictures=pictures,
    )


@cache
def _environment(escape: bool) -> Environment:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=escape,  # noqa: S701 - only the plain text, which has no markup, is not escaped
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {"line": _line, "code": _code_in_html if escape else _code_in_text}
    return made


def _code_in_html(words: str) -> str:
    from markupsafe import Markup

    return Markup('<code style="font-family:ui-monospace,Menlo,Consolas,monospace">{}</code>').format(words)


def _code_in_text(words: str) -> str:
    return f"`{words}`"


def _line(words: str) -> str:
    """The words on one line; what was escaped stays escaped."""
    return type(words)(" ".join(words.split()))


def _one_line(text: str) -> str:
    line = _line(text)  # a line break in a header would be a second header
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1] + "…"
