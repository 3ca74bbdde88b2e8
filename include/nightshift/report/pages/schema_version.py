"""The number that says how a page's JSON is shaped."""

SCHEMA_VERSION = 1
