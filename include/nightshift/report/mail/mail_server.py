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
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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


def server_of(connection: str, environ: Mapping[str, str], settings: Path) -> Server:
    """What a connection says, from the environment or the settings file.

    >>> server_of("desk", {"AIRFLOW_CONN_DESK": "smtp://bot:pw@mail:2525/?disable_ssl=true"}, Path("none"))
    Server(host='mail', port=2525, login='bot', by_ssl=False, by_starttls=True, timeout_s=30.0)
    """
    given = environ.get(f"AIRFLOW_CONN_{connection.upper()}", "")
    facts = _of_text(given) if given else _of_settings(connection, settings)
    if not facts.get("host"):
        raise ConnectionError(
            f"expected a mail server for the connection {connection!r}; found none in AIRFLOW_CONN_{connection.upper()} or {settings.name}"
        )
    extra = facts.get("extra") or {}
    extra = json.loads(extra) if isinstance(extra, str) else extra
    by_ssl = not _true(extra.get("disable_ssl", False))
    return Server(
        host=str(facts["host"]), port=int(facts.get("port") or (_SSL_PORT if by_ssl else _PLAIN_PORT)), login=str(facts.get("login") or ""),
        password=str(facts.get("password") or ""), by_ssl=by_ssl,
        by_starttls=not by_ssl and not _true(extra.get("disable_tls", False)), timeout_s=float(extra.get("timeout") or _TIMEOUT_S),
    )  # fmt: skip


def _of_text(given: str) -> Mapping[str, Any]:
    """A connection as Airflow takes it from the environment: JSON, or an address."""
    if given.lstrip().startswith("{"):
        try:
            return dict(json.loads(given))
        except ValueError:
            raise ConnectionError("expected the mail connection in the environment as JSON or an address; found damaged JSON") from None
    parts = urlsplit(given)
    return {
        "host": parts.hostname, "port": parts.port, "login": unquote(parts.username or ""), "password": unquote(parts.password or ""),
        "extra": dict(parse_qsl(parts.query)),
    }  # fmt: skip


def _of_settings(connection: str, settings: Path) -> Mapping[str, Any]:
    import yaml

    known = (yaml.safe_load(settings.read_text()) or {}) if settings.is_file() else {}
    of_airflow = (known.get("airflow") or {}).get("connections") or []
    found = next((one for one in of_airflow if one.get("conn_id") == connection), {})
    return {name.removeprefix("conn_"): value for name, value in found.items()}


def _true(value: object) -> bool:
    return str(value).lower() in {"true", "1", "yes"}
