"""Dividends and splits in a vendor's own columns, held against the factor that should know them."""

from nightshift.data.sources.payouts.noted import Notes, joined, noted, with_notes, with_payouts

__all__ = ["Notes", "joined", "noted", "with_notes", "with_payouts"]
