"""Where a page of the store is read in the Airflow UI: what mails and the question of an approval lead to."""

from __future__ import annotations


def page_of(address: str) -> str:
    """The link to the page in the folder at this address; empty where Airflow's own address is not set."""
    from airflow.configuration import conf

    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/nightshift/{address}/report.html" if base else ""
