"""A line to a chat by its webhook: Slack's JSON, which Mattermost, Rocket.Chat and others take too. Its address is a secret."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request

TIMEOUT_S = 10.0
_OF_THIS_TEXT = (400, 413, 422)  # all other answers may be another one tomorrow
LONGEST = 3000  # characters; Slack cuts what is longer


class PostRefused(OSError):
    """The chat is there, and does not take this text."""


def post(variable: str, text: str) -> None:
    """Post a text to the address that an environment variable holds; OSError says why not, and never the address."""
    address = os.environ.get(variable, "")
    if not address.startswith(("https://", "http://")):
        raise OSError(f"expected a web address in {variable}; found {'another text' if address else 'nothing'}; next: set it, e.g. in .env")
    body = json.dumps({"text": shown(text)}).encode()
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - it is one of the web
    try:
        with _opener().open(asked, timeout=TIMEOUT_S):
            pass
    except urllib.error.HTTPError as error:
        error.close()
        kind = PostRefused if error.code in _OF_THIS_TEXT else OSError
        raise kind(f"it answered {error.code}") from None
    except (OSError, ValueError) as error:  # `from None`, and no words of the error: they may hold the address
        raise OSError(f"it did not answer ({type(getattr(error, 'reason', error)).__name__})") from None


def shown(text: str) -> str:
    """The text as Slack shows it: its three marks escaped, and not longer than it takes.

    >>> shown("a <b> & c")
    'a &lt;b&gt; &amp; c'
    """
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _opener() -> urllib.request.OpenerDirector:
    """One that follows no redirect: the address is told to whom it belongs, and to nobody that this one names."""
    of = urllib.request
    opener = of.OpenerDirector()
    for handler in (of.ProxyHandler(), of.HTTPHandler(), of.HTTPSHandler(), of.HTTPDefaultErrorHandler(), of.HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener
