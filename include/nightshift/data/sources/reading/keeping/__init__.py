"""Files that were read before are not read again: their rows are taken from a pack, and lines that came since are added."""

from nightshift.data.sources.reading.keeping.unchanged_files import UnchangedFiles, unchanged_in

__all__ = ["UnchangedFiles", "unchanged_in"]
