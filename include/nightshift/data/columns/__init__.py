"""Columns: what a model may know about a symbol at the close of a session."""

from nightshift.data.columns.column import Column
from nightshift.data.columns.every_column import COLUMNS, THEMES, chosen, compute, warmup_sessions
from nightshift.data.columns.storing.column_store import load_panel, load_split, open_part, store_panel

__all__ = ["COLUMNS", "THEMES", "Column", "chosen", "compute", "load_panel", "load_split", "open_part", "store_panel", "warmup_sessions"]
