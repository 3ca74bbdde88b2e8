"""What clean bars, the account and the feed must look like, as Great Expectations, and how bad each breach is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nightshift.data.quality.cleaning import Cleaned
from nightshift.data.quality.defects import LARGEST_PRICE, PRICES
from nightshift.data.quality.feed import Facts
from nightshift.data.quality.rules.deciding_rows import ALL_OF_THEM, Columns, Counted, deciding
from nightshift.data.quality.rules.row_columns import DERIVED, columns_of, symbols_of
from nightshift.data.reasons import REASONS
from nightshift.nouns.bars import BAR_ROW, FIELDS

if TYPE_CHECKING:
    import pandas as pd

    from nightshift.config import Quality
    from nightshift.storage.night import Night

ROWS_NAMED = 20  # of those that break a rule


@dataclass(frozen=True, eq=False)
class Part:
    """One table and what is expected of it; `named_by` are the columns that name a row."""

    name: str
    table: pd.DataFrame
    expectations: list[Any]
    named_by: tuple[str, ...] = ()
    counted: Counted | None = None  # of all rows, where the table holds only those that decide


def parts_of(cleaned: Cleaned, facts: Facts, night: Night) -> list[Part]:
    """Everything that is expected of this night's data; a part without rows is left out."""
    limits = night.market.quality
    parts = [_bars(cleaned, night), _account(cleaned, limits), _feed(facts, limits), _symbols(facts, limits)]
    return [part for part in parts if len(part.table)]


def _bars(cleaned: Cleaned, night: Night) -> Part:
    """The clean rows: what a model learns from is held to every rule, without tolerance."""
    gxe = _kinds()
    pair, between = gxe.ExpectColumnPairValuesAToBeGreaterThanB, gxe.ExpectColumnValuesToBeBetween
    rules = [
        _rule(gxe.ExpectTableColumnsToMatchOrderedList, "schema", "the columns of a bar", column_list=[*BAR_ROW, *DERIVED]),
        _rule(gxe.ExpectCompoundColumnsToBeUnique, "uniqueness", "one bar a symbol and session", column_list=["symbol", "session"]),
        _rule(gxe.ExpectColumnValuesToBeInSet, "trading days", "sessions of the exchange only", column="is_session", value_set=[True]),
        _rule(between, "no future sessions", f"none after {night.session}", column="days_before_night", min_value=0),
        _rule(between, "no hindsight", f"nothing seen after {night.as_of.isoformat()}", column="minutes_before_as_of", min_value=0),
        _rule(between, "volume ≥ 0", "0 or more", column="volume", min_value=0),
        _rule(between, "adj_factor > 0", "above 0", column="adj_factor", min_value=0, strict_min=True),
    ]
    above_zero: dict[str, Any] = {"min_value": 0, "strict_min": True, "max_value": LARGEST_PRICE}
    for name in (*FIELDS, "adj_factor"):
        rules.append(_rule(gxe.ExpectColumnValuesToNotBeNull, f"no missing {name}", "a number in every row", column=name))
        rules.append(_rule(gxe.ExpectColumnValuesToBeOfType, f"{name} is a number", "float64", column=name, type_="float64"))
    rules += [_rule(between, f"{name} > 0", "above 0", column=name, **above_zero) for name in PRICES]
    for a, b in (("high", "open"), ("high", "close"), ("open", "low"), ("close", "low")):
        rules.append(_rule(pair, f"{b} ≤ {a}", f"{b} at most {a}", column_A=a, column_B=b, or_equal=True))
    most = night.market.quality.max_jump_fraction
    within: dict[str, Any] = {"min_value": -most, "max_value": most}
    said = f"no close-to-close move beyond ±{most:.0%}"
    rules.append(_rule(between, "jumps", said, "warning", column="return_fraction", **within))
    return _asked_of_rows(columns_of(cleaned, night), cleaned, rules)


def _asked_of_rows(columns: Columns, cleaned: Cleaned, rules: list[Any]) -> Part:
    """All rows, or those that decide what all of them are."""
    if len(cleaned.rows) <= ALL_OF_THEM:
        return Part("bars", _frame(columns, cleaned), rules, ("symbol", "session"))
    places, counted = deciding(columns, rules, ROWS_NAMED)
    return Part("bars", _frame({name: values[places] for name, values in columns.items()}, cleaned), rules, ("symbol", "session"), counted)


def _account(cleaned: Cleaned, limits: Quality) -> Part:
    """Each reason for which rows were dropped or repaired: isolated is mended, systematic is refused."""
    import pandas as pd

    account, rows_in = cleaned.account, max(cleaned.account.rows_in, 1)
    # a corporate action is judged by the share of symbols that have one, not by how long their history was
    counted = {reason: n for reason, n in (account.dropped | account.repaired).items() if REASONS[reason].of == "rows"}
    table = pd.DataFrame(
        {
            "reason": list(counted),
            "rows": list(counted.values()),
            "defect_fraction": [n / rows_in for n in counted.values()],
            "limit_fraction": [REASONS[reason].limit(limits) for reason in counted],
        }
    )
    expected = "no more of the rows dropped or repaired for one reason than its own limit"
    most = _kinds().ExpectColumnPairValuesAToBeGreaterThanB
    rule = _rule(most, "isolated defects", expected, column_A="limit_fraction", column_B="defect_fraction", or_equal=True)
    return Part("account", table, [rule], ("reason",))


def _feed(facts: Facts, limits: Quality) -> Part:
    import pandas as pd

    between, age = _kinds().ExpectColumnValuesToBeBetween, limits.max_data_age_hours
    least = {
        "newest_session_coverage_fraction": (
            "symbol coverage",
            limits.min_symbol_coverage,
            "of the listed symbols have a bar in the newest session",
        ),
        "calendar_completeness_fraction": (
            "calendar completeness",
            limits.min_calendar_completeness,
            "of the exchange's sessions have bars",
        ),
        "symbols_without_unadjusted_action_fraction": (
            "adjusted prices",
            1.0 - REASONS["unadjusted_action"].limit(limits),
            "of the symbols show no unadjusted split, bonus or spin-off",
        ),
    }
    rules = [
        _rule(
            between,
            "freshness",
            f"the newest session closed at most {age:g} hours before as-of",
            column="newest_session_age_hours",
            max_value=age,
        )
    ]
    rules += [
        _rule(between, name, f"at least {limit:.0%} {what}", column=column, min_value=limit)
        for column, (name, limit, what) in least.items()
    ]
    columns = ["newest_session_age_hours", *least]
    return Part("feed", pd.DataFrame([{name: getattr(facts, name) for name in columns}]), rules)


def _symbols(facts: Facts, limits: Quality) -> Part:
    import pandas as pd

    table = pd.DataFrame({"symbol": list(facts.symbols), "completeness_fraction": facts.completeness_fraction})
    expected = f"each symbol has {limits.min_calendar_completeness:.0%} of the sessions between its first and last bar"
    rule = _rule(
        _kinds().ExpectColumnValuesToBeBetween,
        "symbol gaps",
        expected,
        "warning",
        column="completeness_fraction",
        min_value=limits.min_calendar_completeness,
    )
    return Part("symbols", table, [rule], ("symbol",))


def _frame(columns: Columns, cleaned: Cleaned) -> pd.DataFrame:
    """Rows in pandas, the symbols by name."""
    import pandas as pd

    names = pd.Categorical.from_codes(columns["symbol"], symbols_of(cleaned))
    return pd.DataFrame({**columns, "symbol": names, "session": columns["session"].astype("datetime64[s]")})


def _kinds() -> Any:
    """Great Expectations' own expectations, by class name."""
    import great_expectations.expectations as kinds

    return kinds


def _rule(kind: type, name: str, expected: str, severity: str = "critical", **arguments: Any) -> Any:
    return kind(**arguments, severity=severity, description=f"{name}: {expected} ({severity})", meta={"name": name, "expected": expected})
