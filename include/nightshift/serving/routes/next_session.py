"""`/signals`: what is served says of the next session, computed here from the newest night's bars."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from nightshift.nouns.prediction_line import SCORES_KEPT, PredictionLine
from nightshift.release.signals import giving
from nightshift.serving.problems import Problem
from nightshift.serving.routes import examples
from nightshift.serving.served import stale
from nightshift.serving.service import Service

EXAMPLE = {
    "market": "demo", "version": "1.0.0", "session": "2026-11-19", "for_session": "2026-11-20", "expires_at": "2026-11-20T23:00:00+00:00",
    "stale": False, "family": "lightgbm", "strategy": "long_flat, scores above 0.5", "currency": "USD",
    "signals": [
        {
            "symbol": "SYM01", "score": 0.61, "position": 0.033, "previous_position": 0.0, "cost_bps": 0.1, "cost_amount": 1.0,
            "last_close": 93.1,
        },
    ],
}  # fmt: skip


def router(service: Service) -> APIRouter:
    """The route of one service."""
    routes = APIRouter(tags=["Signals"])

    @routes.get("/signals", responses=examples.told(EXAMPLE, 400, 401, 403, 404, 429, 503, says="A row a symbol"))
    async def signals(
        request: Request,
        market: Annotated[str | None, Query(description="needed where the service has several", max_length=64)] = None,
        symbols: Annotated[str | None, Query(description="only these, separated by commas", max_length=20_000)] = None,
        session: Annotated[dt.date | None, Query(description="refused when the newest bars are of another session")] = None,
    ) -> Response:
        """Score and position of every symbol that trades, by the version that is served, and until when they are good."""
        serving = service.serving(_market(service, market))
        now = service.clock()
        is_stale = stale.refuse_stale(service, serving, now)
        said = await asyncio.wrap_future(serving.model.aside(service.signals.of, serving))
        if session is not None and session != said.session:
            raise Problem(404, f"expected {said.session}, the newest session with bars; found {session}", "session")
        chosen = said if symbols is None else said.of(_known(symbols, said.symbols))
        facts = {
            "market": serving.model.market, "version": serving.model.version, "for_session": str(said.for_session),
            **stale.facts(serving, is_stale), "session": str(said.session),
            "strategy": giving.strategy(serving.market.costs, serving.model.release.task), "currency": serving.market.costs.currency,
        }  # fmt: skip
        rows = giving.rows(chosen)
        service.log.add(serving.model.market, _line(request, serving.model.version, facts, rows, now))
        return JSONResponse({**facts, "signals": rows}, headers=stale.headers(serving, is_stale))

    return routes


def _market(service: Service, named: str | None) -> str:
    if named is not None:
        return named
    if len(service.slots) > 1:
        raise Problem(400, f"expected one of {', '.join(service.slots)}; found none", "market")
    return next(iter(service.slots))


def _known(text: str, there: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    strangers = [name for name in wanted if name not in set(there)]
    if strangers:
        raise Problem(404, f"expected symbols that trade in the newest session; found {', '.join(strangers[:5])}", "symbols")
    return wanted


def _line(request: Request, version: str, facts: dict[str, Any], rows: list[dict[str, Any]], now: dt.datetime) -> PredictionLine:
    kept = rows[:SCORES_KEPT]
    return PredictionLine(
        at=now, request_id=request.state.request_id, version=version, asked_for="signals", session=facts["session"], stale=facts["stale"],
        rows=len(rows), symbols=tuple(row["symbol"] for row in kept), scores=tuple(row["score"] for row in kept),
    )  # fmt: skip
