"""The pages in the Airflow UI: nobody without a login, nobody without the right to the market's DAG, and no file that is not a page."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def manager(airflow_db):
    """Airflow's own simple auth manager, as `make up` has it."""
    from airflow.api_fastapi.app import init_auth_manager

    return init_auth_manager()


@pytest.fixture
def browser(manager, released_market):
    """Asks the plugin's application as Airflow mounts it."""
    from fastapi import FastAPI

    from nightshift_pages import NightshiftPagesPlugin

    outer = FastAPI()
    (mounted,) = NightshiftPagesPlugin.fastapi_apps
    outer.mount(mounted["url_prefix"], mounted["app"])
    return TestClient(outer, follow_redirects=False)


def as_user(manager, role: str) -> dict[str, str]:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return {"authorization": f"Bearer {manager.generate_jwt(SimpleAuthManagerUser(username=role, role=role))}"}


@pytest.fixture
def report(released_market) -> str:
    """The newest night's page, as its address below the market's pages; the recorded store was kept without pages."""
    from nightshift.report import make
    from nightshift.storage import addresses
    from nightshift.storage.night import night_of

    return f"{make(night_of(addresses.opened_nights('demo')[-1])).removeprefix('demo/')}/report.html"


def test_every_route_refuses_whoever_is_not_logged_in(browser, report):
    from wiring.pages import application

    routes = [route.path for route in application().routes]
    assert len(routes) == 3
    for route in routes:
        place = "/nightshift" + route.replace("{market}", "demo").replace("{path:path}", report)
        assert browser.get(place).status_code == 401, place
        led = browser.get(place, headers={"accept": "text/html"})
        assert led.status_code == 307, place
        assert led.headers["location"].startswith("/auth/login"), place
        assert "next=http" in led.headers["location"]
        assert browser.get(place, headers={"authorization": "Bearer nonsense"}).status_code in {401, 403}, place
        for method in ("post", "put", "delete", "patch"):
            assert getattr(browser, method)(place).status_code == 405, (method, place)


def test_who_may_not_read_the_market_reads_nothing_of_it(browser, manager, report, monkeypatch):
    monkeypatch.setattr(type(manager), "is_authorized_dag", lambda self, **asked: False)
    viewer = as_user(manager, "viewer")
    assert "No market of yours" in browser.get("/nightshift/", headers=viewer).text
    for place in ("demo/", f"demo/{report}", "stranger/"):
        answer = browser.get(f"/nightshift/{place}", headers=viewer)
        assert (answer.status_code, answer.json()["detail"]) == (404, "no such market, or not for you")


def test_the_room_the_market_and_its_report_are_read_by_a_viewer(browser, manager, report):
    viewer = as_user(manager, "viewer")
    room = browser.get("/nightshift/", headers=viewer)
    assert room.status_code == 200
    assert 'href="demo/"' in room.text
    market = browser.get("/nightshift/demo/", headers=viewer)
    assert market.status_code == 200
    assert "What was live" in market.text
    assert report in market.text
    page = browser.get(f"/nightshift/demo/{report}", headers=viewer)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<h1>" in page.text


NOT_PAGES = (
    "../ledger.sqlite", "..%2f..%2fledger.sqlite", "%2e%2e/%2e%2e/ledger.sqlite", "nights/../../ledger.sqlite", "ledger.sqlite",
    "serving", "releases/1.0.0/release.json", "releases/1.0.0/model/native/model.txt", "nights/x/report/../../../serving",
    "/etc/passwd", "nights//report/report.html", "weeks/.tmp/report.html", "nights/a\x00b/report/report.html",
    "nights/x/report/report.html\n", "snapshots/x/bars.json", "nights/2026-11-19/models/a.json", "weeks/%2e%2e/registry.json",
    "\\..\\ledger.sqlite", "nights", "~root/x.html",
)  # fmt: skip


def test_nothing_but_a_page_is_read(browser, manager):
    import httpx

    admin, asked = as_user(manager, "admin"), 0
    for path in NOT_PAGES:
        for place in (path, quote(path, safe="/%")):
            try:
                answer = browser.get(f"/nightshift/demo/{place}", headers=admin)
            except httpx.InvalidURL:  # the client itself takes no such address
                continue
            asked += 1
            assert answer.status_code in {307, 404}, (place, answer.text[:200])
    assert asked >= 2 * len(NOT_PAGES) - 2


def test_pages_of_another_library_run_as_nobody(browser, manager):
    from nightshift.storage import addresses, store

    docs = store.path(addresses.stage(addresses.opened_nights("demo")[0], "check")) / "data_docs"
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "index.html").write_text("<script>1</script>")
    place = "/".join(docs.relative_to(store.home() / "demo").parts)
    answer = browser.get(f"/nightshift/demo/{place}/index.html", headers=as_user(manager, "viewer"))
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts"


def test_a_link_out_of_a_page_is_not_followed(browser, manager):
    from nightshift.storage import store

    folder = store.home() / "demo" / "weeks" / "2026-11-20"
    folder.mkdir(parents=True)
    (folder / "out.html").symlink_to(store.home() / "ledger.sqlite")
    assert browser.get("/nightshift/demo/weeks/2026-11-20/out.html", headers=as_user(manager, "admin")).status_code == 404
