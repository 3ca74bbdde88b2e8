"""Bars in, columns out: sources, snapshots, quality, columns, labels and splits."""
