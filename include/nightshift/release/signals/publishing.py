"""Signals in MongoDB: a document a market, session and symbol, however often they are written. The files are the truth; a server
that is down costs nothing but a wait: what it missed is written by the next run.

`{market, session, symbol, for_session, score, position, …, version, expires_at, night, withdrawn, withdrawn_why}`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nightshift.config import Market
from nightshift.data.sources.documents.mongo_place import collection_of
from nightshift.data.sources.mongo import midnight
from nightshift.data.sources.mongo_connection import connected, resolved
from nightshift.errors import NightshiftError
from nightshift.release.signals import giving, issued
from nightshift.release.signals.issued import Issued
from nightshift.release.signals.taken_back import taken_back
from nightshift.storage import addresses, ledger, store

if TYPE_CHECKING:
    from pymongo.collection import Collection

LOG = logging.getLogger("nightshift")
KEY = ("market", "session", "symbol")
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0


def publish(market: Market) -> str:
    """Write what MongoDB has not got yet and mark what was taken back; why that could not be, else nothing. Never fails a night."""
    if not market.serving.mongo_collection:
        return ""
    note = _note(market.market)
    waiting, back = _waiting(market.market, note["newest"]), taken_back(ledger.entries(market.market))
    if not waiting and back == note["taken_back"]:
        return ""
    try:
        _write_all(market, waiting, back)
    except NightshiftError as failure:
        LOG.warning("signals of %s wait for MongoDB: %s", market.market, failure)
        _keep(market.market, {**note, "problem": str(failure)})
        return str(failure)
    _keep(market.market, {"newest": waiting[-1].address if waiting else note["newest"], "taken_back": back, "problem": ""})
    return ""


def problem(market: str) -> str:
    """Why MongoDB has not got the newest signals; empty where it has, or where nobody asked for them there."""
    return str(_note(market)["problem"])


def owes(market: Market) -> bool:
    """True while MongoDB has not been told of a version that was taken back."""
    return bool(market.serving.mongo_collection) and taken_back(ledger.entries(market.market)) != _note(market.market)["taken_back"]


def _waiting(market: str, newest: str) -> list[Issued]:
    """What was given since, oldest first; a dry run's, which change nothing that anybody acts on, are not published."""
    out: list[Issued] = []
    for one in issued.given(market):
        if one.address == newest:
            break
        if one.record.counts is not None and not one.record.dry_run:
            out.append(one)
    return out[::-1]


def _write_all(market: Market, waiting: list[Issued], back: dict[str, str]) -> None:
    serving = market.serving
    with connected(resolved(serving.mongo_uri), CONNECT_SECONDS, ANSWER_SECONDS) as client:
        held = collection_of(client, market.market, serving.mongo_database, serving.mongo_collection)
        held.create_index([(name, 1) for name in KEY], unique=True)
        for one in waiting:
            _write(held, one)
        for version, why in back.items():
            _withdraw(held, {"market": market.market, "version": version}, why)


def _write(held: Collection, given: Issued) -> None:
    """Every row, over what another version said of that session before."""
    from pymongo import UpdateOne

    record, said = given.record, given.rows
    if said is None:
        return
    of_session = {"market": record.market, "session": midnight(record.session)}
    facts = {
        "for_session": midnight(record.for_session), "version": record.version, "expires_at": record.expires_at, "night": record.night,
        "withdrawn": False, "withdrawn_why": "",
    }  # fmt: skip
    rows = giving.rows(said)
    held.bulk_write([UpdateOne({**of_session, "symbol": row["symbol"]}, {"$set": {**row, **facts}}, upsert=True) for row in rows])
    others = {**of_session, "symbol": {"$nin": list(said.symbols)}}
    _withdraw(held, others, f"version {record.version} says nothing of it")


def _withdraw(held: Collection, which: dict[str, Any], why: str) -> None:
    held.update_many(which, {"$set": {"withdrawn": True, "withdrawn_why": why}})


def _note(market: str) -> dict[str, Any]:
    file = store.path(addresses.published_signals(market))
    return dict(store.read_json(file)) if file.is_file() else {"newest": "", "taken_back": {}, "problem": ""}


def _keep(market: str, note: dict[str, Any]) -> None:
    store.write_json(store.path(addresses.published_signals(market)), note)
