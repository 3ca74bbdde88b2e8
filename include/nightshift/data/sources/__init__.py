"""Where bars come from. One file per source; `every_source` is the whole choice."""

from nightshift.data.sources.every_source import SOURCES, fetch, params_of, pinned
from nightshift.data.sources.ingestion import ingest_into
from nightshift.data.sources.source import Query, Source

__all__ = ["SOURCES", "Query", "Source", "fetch", "ingest_into", "params_of", "pinned"]
