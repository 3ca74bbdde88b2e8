"""The nouns of the one line: frozen, typed, and the only place that spells the names of files that stages leave."""
