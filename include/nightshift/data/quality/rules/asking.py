"""The expectations asked by Great Expectations Core, in a context of which nothing stays behind in the process."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nightshift.data.quality.cleaning import Cleaned
from nightshift.data.quality.feed import Facts
from nightshift.data.quality.rules.expectations import ROWS_NAMED, Part, parts_of
from nightshift.nouns.quality import Expectation, NamedRow, QualityReport

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

    from nightshift.storage.night import Night


def judge(cleaned: Cleaned, facts: Facts, night: Night) -> tuple[QualityReport, ExpectationSuiteValidationResult]:
    """Every expectation asked, the failed ones too, and the same as Great Expectations' own result."""
    with _quiet_context() as context:
        results = [result for part in parts_of(cleaned, facts, night) for result in _run(context, part)]
        whole = _together(results, f"{night.market.market} {night.session}")
    told = [_told(result, facts) for result in results]
    if not len(cleaned.rows):
        told.insert(0, Expectation(name="clean bars", severity="critical", passed=False, expected="at least one", found="none", rows=()))
    passed = all(one.passed or one.severity != "critical" for one in told)
    return QualityReport(passed=passed, expectations=told), whole


def _run(context: AbstractDataContext, part: Part) -> list[Any]:
    import great_expectations as gx

    asset = context.data_sources.add_pandas(part.name).add_dataframe_asset(part.name)
    suite = context.suites.add(gx.ExpectationSuite(name=part.name, expectations=part.expectations))
    batch = asset.add_batch_definition_whole_dataframe(part.name)
    wanted = {"result_format": "SUMMARY", "partial_unexpected_count": ROWS_NAMED}
    if part.named_by:
        wanted["unexpected_index_column_names"] = list(part.named_by)
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=part.name, data=batch, suite=suite))
    results = definition.run(batch_parameters={"dataframe": part.table}, result_format=wanted).results
    return results if part.counted is None else [part.counted.told_of_all(result) for result in results]


def _together(results: list[Any], name: str) -> ExpectationSuiteValidationResult:
    from great_expectations.core import ExpectationSuiteValidationResult

    good = sum(bool(result.success) for result in results)
    counts = {"evaluated_expectations": len(results), "successful_expectations": good, "unsuccessful_expectations": len(results) - good}
    share = {"success_percent": 100.0 * good / len(results) if results else None}
    return ExpectationSuiteValidationResult(
        success=good == len(results), results=results, suite_name=name, statistics=counts | share, meta={"run_id": name}
    )


def _told(result: Any, facts: Facts) -> Expectation:
    """One result, with up to twenty rows by name."""
    config, found = result.expectation_config, result.result
    column = config.kwargs.get("column", "")
    rows: tuple[NamedRow, ...] = ()
    if not result.success:
        named = found.get("partial_unexpected_index_list") or []
        rows = facts.evidence[column] if column in facts.evidence else tuple(_row(one, column) for one in named)
    return Expectation(
        name=config.meta["name"], severity=getattr(config.severity, "value", config.severity), passed=bool(result.success),
        expected=config.meta["expected"], found=_found(result, column, facts), rows=rows[:ROWS_NAMED],
    )  # fmt: skip


def _found(result: Any, column: str, facts: Facts) -> str:
    found = result.result
    if result.exception_info.get("raised_exception"):
        return f"it could not be asked: {result.exception_info.get('exception_message')}"
    if column in facts.evidence:
        value = getattr(facts, column)
        return f"{value:.1%}" if column.endswith("fraction") else f"{value:.1f}"
    if "unexpected_count" in found:
        return f"{found['unexpected_count']} of {found['element_count']} break it"
    return str(found.get("observed_value"))


def _row(one: dict, column: str) -> NamedRow:
    session = one.get("session")
    value = one.get(column) if column else ", ".join(f"{k} {v}" for k, v in one.items() if k not in {"symbol", "session", "reason"})
    told = f"{value:.4g}" if isinstance(value, float) else str(value)
    named = str(one.get("symbol", one.get("reason", "")))  # the account's rows are named by their reason
    return NamedRow(symbol=named, session=str(session)[:10] if session is not None else "", value=told)


@contextmanager
def _quiet_context() -> Iterator[AbstractDataContext]:
    """An ephemeral context without network, progress bars or chatter, of which nothing stays behind in the process."""
    loggers = [logging.getLogger(name) for name in ("great_expectations", "great_expectations.data_context", "py.warnings")]
    before, analytics = [one.level for one in loggers], os.environ.get("GX_ANALYTICS_ENABLED")
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    for one in loggers:
        one.setLevel(logging.ERROR)
    try:
        yield from _context()
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)
        os.environ.pop("GX_ANALYTICS_ENABLED")
        os.environ.update({"GX_ANALYTICS_ENABLED": analytics} if analytics is not None else {})


def _context() -> Iterator[AbstractDataContext]:
    import great_expectations as gx
    from great_expectations.data_context.data_context.context_factory import project_manager
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig
    from great_expectations.exceptions.exceptions import DataContextRequiredError

    try:
        previous = project_manager.get_current_project()
    except DataContextRequiredError:
        previous = None
    config = DataContextConfig(  # without a temporary folder for pages, which would stay behind
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    try:
        yield context
    finally:
        project_manager.set_project(previous)
        logging.captureWarnings(False)  # importing Great Expectations turns it on, and warnings would vanish into a log
