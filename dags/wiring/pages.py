"""The control room and every market's pages in the Airflow UI, behind its login: who may read a market's DAG may read its pages."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from nightshift.config import market_names
from nightshift.report.pages.control_room import card, control_room
from nightshift.report.pages.market_room import market_room
from nightshift.report.pages.readable import MEDIA_TYPES, is_data_docs, page_file

User = Annotated[BaseUser, Depends(get_user)]
_HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cache-control": "private, no-cache"}
# Pages that another library made may run their scripts, but as nobody: without the login of who reads them.
_AS_NOBODY = {"content-security-policy": "sandbox allow-scripts"}


def application() -> FastAPI:
    """The pages, as Airflow mounts them."""
    app = FastAPI(title="Nightshift", docs_url=None, openapi_url=None, redoc_url=None)
    app.add_exception_handler(401, _to_the_login)

    @app.get("/")
    def room(user: User) -> Response:
        """Every market that the reader may read."""
        now = dt.datetime.now(dt.UTC)
        return _page(control_room([card(name, now) for name in market_names() if _may_read(user, name)], now))

    @app.get("/{market}/")
    def one(market: str, user: User) -> Response:
        """One market."""
        _refuse_unless_readable(user, market)
        return _page(market_room(market, dt.datetime.now(dt.UTC)))

    @app.get("/{market}/{path:path}")
    def file(market: str, path: str, user: User) -> Response:
        """A page of a market, or what lies beside it."""
        _refuse_unless_readable(user, market)
        found = page_file(market, path)
        if found is None:
            raise HTTPException(404, "no such page")
        more = _AS_NOBODY if is_data_docs(path) else {}
        return FileResponse(found, media_type=MEDIA_TYPES[found.suffix], headers={**_HEADERS, **more})

    return app


def _page(html: str) -> Response:
    return HTMLResponse(html, headers=_HEADERS)


def _may_read(user: BaseUser, market: str) -> bool:
    details = DagDetails(id=f"{market}_daily_retrain")
    return get_auth_manager().is_authorized_dag(method="GET", access_entity=DagAccessEntity.RUN, details=details, user=user)


def _refuse_unless_readable(user: BaseUser, market: str) -> None:
    """Whether there is such a market is told to those who may read it, and to nobody else."""
    if market not in market_names() or not _may_read(user, market):
        raise HTTPException(404, "no such market, or not for you")


async def _to_the_login(request: Request, refused: Any) -> Response:
    """A browser without a login is led to it, and back here; a program is told 401."""
    if "text/html" not in request.headers.get("accept", ""):
        return Response(refused.detail, 401)
    wanted = quote(str(request.url), safe="")
    return RedirectResponse(f"{get_auth_manager().get_url_login()}?next={wanted}")
