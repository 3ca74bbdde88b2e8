"""A mail as the message that travels: plain text, HTML, and the pictures beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
from email.message import EmailMessage
from email.utils import format_datetime

from nightshift.report.mail.writing import Mail


def message_of(mail: Mail, event: str, sender: str, to: str, when: dt.datetime) -> EmailMessage:
    """The mail as a message; the same event has the same Message-ID, so that what is sent twice is shown once."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(when)
    message["Message-ID"] = f"<{hashlib.sha256(event.encode()).hexdigest()[:24]}@nightshift>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    in_html = message.get_payload()[-1]  # type: ignore[index]  # the part just added
    for one in mail.pictures:
        in_html.add_related(one.png, "image", "png", cid=f"<{one.name}@nightshift>", filename=f"{one.name}.png", disposition="inline")  # type: ignore[union-attr]
    return message
