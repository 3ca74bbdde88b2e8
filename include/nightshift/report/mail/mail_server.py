"""The mail server outside Airflow, found as Airflow finds it: `AIRFLOW_CONN_…` in the environment, else airflow_settings.yaml."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, BeforeValidator

from nightshift.project import PROJECT

SETTINGS = PROJECT / "airflow_settings.yaml"
_SSL_PORT, _PLAIN_PORT, _TIMEOUT_S = 465, 25, 30.0


@dataclass(frozen=True)
class Server:
    """Where mails go, and as whom."""

    host: str
    port: int
    login: str
    password: str = field(repr=False)
    by_ssl: bool
    by_starttls: bool
    timeout_s: float


@contextmanager
def opened(connection: str) -> Iterator[smtplib.SMTP]:
    """The server behind an Airflow connection, logged in; OSError where there is none or it does not answer."""
    server = server_of(connection, os.environ, SETTINGS)
    safely = ssl.create_default_context()
    if server.by_ssl:
        channel: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=safely)
    else:
        channel = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    with channel:
        if server.by_starttls:
            channel.starttls(context=safely)
        if server.login:
            channel.login(server.login, server.password)
        yield channel


class _Extra(BaseModel):
    """What Airflow's mail connections say beside the address."""

    disable_ssl: bool = False
    disable_tls: bool = False
    timeout: float = _TIMEOUT_S


class _OfAirflow(BaseModel):
    """The part of the settings file that is asked here."""

    connections: list[dict[str, Any]] = []


class _Settings(BaseModel):
    """The settings file."""

    airflow: _OfAirflow = _OfAirflow()


class _Connection(BaseModel):
    """A connection as Airflow writes it; what else it says is not asked here."""

    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = ""
    extra: Annotated[_Extra, BeforeValidator(lambda told: json.loads(told or "{}") if isinstance(told, str) else told)] = _Extra()


def server_of(connection: str, environ: Mapping[str, str], settings: Path) -> Server:
    """What a connection says, from the environment or the settings file.

    >>> server_of("desk", {"AIRFLOW_CONN_DESK": "smtp://bot:pw@mail:2525/?disable_ssl=true"}, Path("none"))
    Server(host='mail', port=2525, login='bot', by_ssl=False, by_starttls=True, timeout_s=30.0)
    """
    variable = f"AIRFLOW_CONN_{connection.upper()}"
    try:
        found = _of_text(environ[variable]) if variable in environ else _of_settings(connection, settings)
    except ValueError:  # pydantic's own is one; no words of it, for they may hold the password
        raise ConnectionError(f"expected a mail connection as Airflow reads it in {variable} or {settings.name}; found another") from None
    if not found.host:
        raise ConnectionError(f"expected a mail server for the connection {connection!r}; found none in {variable} or {settings.name}")
    by_ssl = not found.extra.disable_ssl
    return Server(
        host=found.host, port=found.port or (_SSL_PORT if by_ssl else _PLAIN_PORT), login=found.login, password=found.password,
        by_ssl=by_ssl, by_starttls=not by_ssl and not found.extra.disable_tls, timeout_s=found.extra.timeout,
    )  # fmt: skip


def _of_text(given: str) -> _Connection:
    """A connection as Airflow takes it from the environment: JSON, or an address."""
    if given.lstrip().startswith("{"):
        return _Connection.model_validate_json(given)
    parts = urlsplit(given)
    extra = _Extra.model_validate(dict(parse_qsl(parts.query)))
    login, password = unquote(parts.username or ""), unquote(parts.password or "")
    return _Connection(host=parts.hostname or "", port=parts.port, login=login, password=password, extra=extra)


def _of_settings(connection: str, settings: Path) -> _Connection:
    import yaml

    if not settings.is_file():
        return _Connection()
    known = _Settings.model_validate(yaml.safe_load(settings.read_text()) or {}).airflow.connections
    found = next((one for one in known if one["conn_id"] == connection), {})
    return _Connection.model_validate({name.removeprefix("conn_"): value for name, value in found.items()})
