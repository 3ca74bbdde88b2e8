"""How what is told leaves an Airflow process: kept first, then sent through Airflow's own connection. Telling never fails a run."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTP
from typing import cast

from nightshift.config.settings import Alerts
from nightshift.errors import NightshiftError
from nightshift.report.mail import outbox, webhook
from nightshift.report.mail.delivering import Ways, deliver
from nightshift.report.mail.writing import Mail

log = logging.getLogger("nightshift.alerts")


def tell(alerts: Alerts, mail: Mail, event: str) -> str:
    """Keep the mail in the outbox, then try to send all that waits there; says what became of it and never raises."""
    now = dt.datetime.now(dt.UTC)
    try:
        kept = outbox.keep(mail, event, alerts, now)
        done = deliver(ways(), now)
    except (OSError, NightshiftError) as error:
        log.exception("no mail: the outbox cannot be written (%s)", mail.subject)
        return f"no mail: {error}"
    told = f"{'kept' if kept else 'told before'}: {mail.subject}"
    if done.problem:
        log.warning("%s letter(s) wait in %s: %s. They are tried again with the next alert.", done.waiting, outbox.folder(), done.problem)
        return f"{told} | waiting in the outbox: {done.problem}"
    log.info("%s | %s sent", told, done.sent)
    return f"{told} | {done.sent} sent"


def ways() -> Ways:
    """Airflow's mail connections, and webhooks by environment variables."""
    return Ways(_smtp, webhook.post)


@contextmanager
def _smtp(connection: str) -> Iterator[SMTP]:
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk.exceptions import AirflowException, AirflowRuntimeError

    try:
        hook = SmtpHook(smtp_conn_id=connection).get_conn()
    except (AirflowException, AirflowRuntimeError) as error:
        raise ConnectionError(f"the Airflow connection {connection!r} does not lead to a mail server: {error}") from None
    with hook:
        yield cast("SMTP", hook._smtp_client)  # the hook's own sender has no plain-text part
