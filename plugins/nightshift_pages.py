"""The control room in the Airflow UI: in its navigation, and as a tab of every market's DAGs."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/nightshift"


class WhenAsked:
    """The application, made when the first request comes: every Airflow process reads this file, one of them answers."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if self.app is None:
            from wiring.pages import application

            self.app = application()
        await self.app(scope, receive, send)


class NightshiftPagesPlugin(AirflowPlugin):
    """Makes the pages known to Airflow."""

    name = "nightshift_pages"
    fastapi_apps = [{"name": "nightshift", "app": WhenAsked(), "url_prefix": PREFIX}]  # noqa: RUF012  # Airflow's own shape
    external_views = [  # noqa: RUF012
        {"name": "Control room", "href": f"{PREFIX}/", "destination": "nav", "url_route": "control-room", "category": "browse"},
    ]
