"""A data set at a revision: from a DVC repository or any storage that fsspec reaches, copied once and read from the copy."""

from nightshift.data.sources.versioned.versioned_source import SOURCE, pinned

__all__ = ["SOURCE", "pinned"]
