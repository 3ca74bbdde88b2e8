"""Whole pages: a night, a comparison, a week."""
