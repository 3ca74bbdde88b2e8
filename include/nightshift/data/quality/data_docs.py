"""Great Expectations' own Data Docs page, made to open from disk: no style, script or picture from the network."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.nouns.quality import Account, Expectation, QualityReport

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1d2733;background:#fff;max-width:70rem;margin:1.5rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0;width:100%}
td,th{border-bottom:1px solid #dde3ea;padding:.3rem .6rem;text-align:left;vertical-align:top}
h1{font-size:1.5rem}h5,h6{font-size:1.05rem;margin:1rem 0 .3rem}.failed{color:#a1260d}.passed{color:#1a6b35}
.fa-check-circle::before{content:"✔ ";color:#1a6b35}.fa-times::before,.fa-exclamation-triangle::before{content:"✘ ";color:#a1260d}
.alert{border-left:4px solid #8aa;padding:.4rem .8rem;background:#f4f7fa}a{color:inherit;text-decoration:none}
@media (prefers-color-scheme:dark){body{background:#12171d;color:#dfe6ee}td,th{border-color:#2b3643}.alert{background:#1b232c}
.passed{color:#6fcf8f}.failed{color:#ff8f73}}
"""


def write(result: ExpectationSuiteValidationResult, report: QualityReport, account: Account, folder: Path) -> None:
    """`index.html`: the verdict and the account first, then every expectation as Great Expectations renders it."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result))
    folder.mkdir(parents=True)
    title = html.escape(f"Data quality: {result.suite_name}")
    (folder / "index.html").write_text(
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style></head><body>"
        f"<h1>{title}</h1>{_summary(report, account)}<h2>Every expectation</h2>{_offline(page)}</body></html>\n",
        encoding="utf-8",
    )


def _offline(page: str) -> str:
    """The sections of the rendered page; what would be fetched, run or lead elsewhere is taken out."""
    body = page[page.index('id="section-1"') :]
    body = "<div " + body[: body.rindex("</body>")]
    for gone in (r"<script\b.*?</script>", r"<link\b[^>]*>", r"<img\b[^>]*>", r"<button\b.*?</button>", r"<footer\b.*?</footer>"):
        body = re.sub(gone, "", body, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r'\s(href|src)="[^"#][^"]*"', "", body)


def _summary(report: QualityReport, account: Account) -> str:
    word, said = ("passed", "passed") if report.passed else ("failed", "was refused")
    told = [f"<p class='{word}'><strong>The data {said}.</strong></p>"]
    told += [_breach(one) for one in report.expectations if not one.passed]
    told.append(f"<h2>Cleaning account</h2><p>{account.rows_in} rows in, {account.rows_out} rows out.</p>")
    counts = [(kind, reason, n) for kind in ("dropped", "repaired") for reason, n in getattr(account, kind).items()]
    examples = [(one.reason, one.symbol, one.session, one.value) for one in account.examples]
    return "".join(told) + _table(("what", "reason", "rows"), counts) + _table(("reason", "symbol", "session", "value"), examples)


def _breach(one: Expectation) -> str:
    said = ": ".join(html.escape(part) for part in (one.severity, one.name, one.expected))
    rows = _table(("symbol", "session", "value"), [(row.symbol, row.session, row.value) for row in one.rows])
    return f"<p class='failed'>{said}; found {html.escape(one.found)}</p>{rows}"


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    lines = ("".join(f"<td>{html.escape(str(value))}</td>" for value in row) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
