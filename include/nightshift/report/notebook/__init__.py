"""The same facts for a notebook: typed, read when they are asked for, never written; tables become frames."""
