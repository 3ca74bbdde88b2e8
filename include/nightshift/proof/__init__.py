"""Proof: what models are worth (metrics, evaluation), and what is asked of the leader beyond that (examination)."""
