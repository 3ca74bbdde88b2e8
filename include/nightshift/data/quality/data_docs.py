"""Great Expectations' own Data Docs page, made to open from disk: no style, script or picture from the network."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

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


def write(result: ExpectationSuiteValidationResult, verdict: dict, account: dict, folder: Path) -> None:
    """`index.html`: the verdict and the account first, then every expectation as Great Expectations renders it."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result))
    folder.mkdir(parents=True)
    title = html.escape(f"Data quality: {result.suite_name}")
    (folder / "index.html").write_text(
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style></head><body>"
        f"<h1>{title}</h1>{_summary(verdict, account)}<h2>Every expectation</h2>{_offline(page)}</body></html>\n",
        encoding="utf-8",
    )


def _offline(page: str) -> str:
    """The sections of the rendered page; what would be fetched, run or lead elsewhere is taken out."""
    body = page[page.index('id="section-1"') :]
    body = "<div " + body[: body.rindex("</body>")]
    for gone in (r"<script\b.*?</script>", r"<link\b[^>]*>", r"<img\b[^>]*>", r"<button\b.*?</button>", r"<footer\b.*?</footer>"):
        body = re.sub(gone, "", body, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r'\s(href|src)="[^"#][^"]*"', "", body)


def _summary(verdict: dict, account: dict) -> str:
    word = "passed" if verdict["passed"] else "failed"
    told = [f"<p class='{word}'><strong>The data {'passed' if verdict['passed'] else 'was refused'}.</strong></p>"]
    told += [_breach(one) for one in verdict["expectations"] if not one["passed"]]
    told.append(f"<h2>Cleaning account</h2><p>{account['rows_in']} rows in, {account['rows_out']} rows out.</p>")
    counts = [{"what": kind, "reason": reason, "rows": n} for kind in ("dropped", "repaired") for reason, n in account[kind].items()]
    return "".join(told) + _table(counts) + _table(account["examples"])


def _breach(one: dict) -> str:
    said = ": ".join(html.escape(one[key]) for key in ("severity", "name", "expected"))
    return f"<p class='failed'>{said}; found {html.escape(one['found'])}</p>{_table(one['rows'])}"


def _table(rows: list[dict]) -> str:
    if not rows:
        return ""
    names = list(rows[0])
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    lines = ("".join(f"<td>{html.escape(str(row.get(name, '')))}</td>" for name in names) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
