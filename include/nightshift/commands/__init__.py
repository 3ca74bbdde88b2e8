"""The command line: one function per command, its typed arguments, and how its answer is told."""
