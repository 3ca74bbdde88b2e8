"""Signals: what a release says of the next session, from no more history than it needs."""

from nightshift.release.signals.answering import answer
from nightshift.release.signals.expiry import expires_at, for_session
from nightshift.release.signals.live_history import Need, live_history, need_of, read_live

__all__ = ["Need", "answer", "expires_at", "for_session", "live_history", "need_of", "read_live"]
