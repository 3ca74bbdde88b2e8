"""Which file of a market's store a browser may read: pages and what lies beside them, never a model, bars or the ledger."""

from __future__ import annotations

import re
from pathlib import Path

from nightshift.config import market_names
from nightshift.storage import store

# The pages of a market below its folder; a star is any one name.
_PAGES = (
    ("nights", "*", "report"), ("nights", "*", "check", "data_docs"), ("weeks", "*"), ("comparisons", "*"), ("simulation_pages", "*"),
    ("assay_pages", "*"),
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+:-]{0,200}")  # no name begins with a dot
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
    ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2",
}  # fmt: skip


def page_file(market: str, path: str) -> Path | None:
    """The file that a path below the market's pages means, or none: nothing else of the store can be named."""
    names = path.split("/")
    if market not in market_names() or not all(map(_NAME.fullmatch, names)) or Path(names[-1]).suffix not in MEDIA_TYPES:
        return None
    page = next((one for one in _PAGES if len(names) > len(one) and _fits(names, one)), None)
    if page is None:
        return None
    folder = store.path("/".join((market, *names[: len(page)]))).resolve()
    file = folder.joinpath(*names[len(page) :]).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None


def is_data_docs(path: str) -> bool:
    """True for pages that another library made, scripts and all.

    >>> is_data_docs("nights/2026-11-19-1a2b3c4d/check/data_docs/index.html")
    True
    """
    return _fits(path.split("/"), _PAGES[1])


def _fits(names: list[str], page: tuple[str, ...]) -> bool:
    return all(wanted in {"*", name} for name, wanted in zip(names, page, strict=False)) and len(names) >= len(page)
