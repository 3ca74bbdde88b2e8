"""The pages in a real browser, spoken to through its debugging pipe: desktop, phone, dark, print, without a network and without errors."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time

import pytest

from nightshift import report, watch
from nightshift.report.pages.compare import compare
from nightshift.storage import store

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine to open the pages in")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update",    "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip


class Browser:
    """One headless browser; `call` speaks the DevTools protocol over a pair of pipes."""

    def __init__(self, profile) -> None:
        to_browser, self.out = os.pipe()
        self.inn, from_browser = os.pipe()
        words = " ".join(
            (f"exec {CHROMIUM}", *FLAGS, f"--user-data-dir={profile}", "about:blank", f"3<&{to_browser}", f"4>&{from_browser}")
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(["/bin/bash", "-c", words], pass_fds=(to_browser, from_browser), start_new_session=True, **quiet)
        os.close(to_browser)
        os.close(from_browser)
        self.kept, self.events, self.number, self.session = b"", [], 0, None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params, **({"sessionId": self.session} if self.session else {})}
        os.write(self.out, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self.number:
                assert "error" not in told, told
                return told["result"]
            self.events.append(told)

    def _next(self, seconds=60):
        until = time.monotonic() + seconds
        while b"\0" not in self.kept:
            ready, _, _ = select.select([self.inn], [], [], max(until - time.monotonic(), 0))
            assert ready, "the browser does not answer"
            self.kept += os.read(self.inn, 1 << 20)
        told, _, self.kept = self.kept.partition(b"\0")
        return json.loads(told)

    def open(self, file, width, height, scheme="light"):
        """The page at `file`, loaded; returns what it asked for and complained about."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.go(file)
        self.ask("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(1), 50)))")
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        loud = [
            e["params"] for e in self.events if e.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
        ]
        return [url for url in asked if not url.startswith(("file:", "data:"))], loud

    def go(self, file):
        """Load a page and wait until it says that it is."""
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def ask(self, script):
        """The value of a script in the page."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def close(self):
        os.write(self.out, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        self.process.wait(timeout=30)
        os.close(self.out)
        os.close(self.inn)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pages(made, tmp_path_factory):
    """One page of each kind."""
    import datetime as dt

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(tmp_path_factory.mktemp("home")))
        night = made.make_night(made.market(), decision="REJECT", champion="1.0.3")
        where = store.write(night.stage("report"), lambda folder: report.write(night, folder))
        yield {
            "night": store.path(where) / "report.html",
            "compare": compare(night.market.market, [night.address]),
            "weekly": store.path(watch.weekly(made.market(market="other"), dt.datetime(2026, 11, 20, tzinfo=dt.UTC))) / "report.html",
        }


@pytest.mark.parametrize("kind", ["night", "compare", "weekly"])
@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 900, "light"), (390, 844, "light"), (390, 844, "dark"), (320, 640, "light")]
)
def test_it_opens_quietly_and_fits(browser, pages, kind, width, height, scheme):
    asked, loud = browser.open(pages[kind], width, height, scheme)
    assert not asked
    assert not loud
    assert browser.ask("document.documentElement.scrollWidth") <= width
    bottom = browser.ask("document.querySelector('.verdict .headline').getBoundingClientRect().bottom")
    assert 0 < bottom < height, "the verdict is not on the first screen"


def test_dark_is_dark_and_the_toggle_turns_it(browser, pages):
    brightness = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    browser.open(pages["night"], 1280, 900, "dark")
    assert browser.ask(brightness) < 60
    browser.ask("document.querySelector('[data-toggle]').click()")
    assert browser.ask(brightness) > 200
    browser.ask("localStorage.clear()")


def test_a_chart_tells_exact_numbers_under_the_pointer(browser, pages):
    browser.open(pages["night"], 1280, 900)
    browser.ask("document.querySelector('#chart-equity').scrollIntoView({block: 'center'})")
    box = browser.ask(
        "(() => { const b = document.querySelector('#chart-equity .plot').getBoundingClientRect();"
        " return [b.x, b.y, b.width, b.height]; })()"
    )
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + box[2] * 0.999, y=box[1] + box[3] / 2)
    told = browser.ask("document.querySelector('#chart-equity .tip').innerText")
    facts = json.loads((pages["night"].parent / "report.json").read_text())["charts"]["equity"]
    last = next(s for s in facts["series"] if s["role"] == "challenger")["y"][-1]
    assert facts["x"]["sessions"][-1] in told
    assert f"{abs(last) * 100:.2f}" in told
    assert browser.ask("document.querySelectorAll('.cross').length") > 1, "charts over the same sessions share their crosshair"
    browser.ask("document.querySelector('#chart-equity .plot').focus()")
    for key in ("ArrowLeft", "ArrowLeft"):
        browser.call("Input.dispatchKeyEvent", type="keyDown", key=key)
    assert browser.ask("document.querySelector('#chart-equity .tip b').innerText") in facts["x"]["sessions"][-4:]


def test_without_script_everything_is_drawn(browser, pages):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.go(pages["night"])
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    drawn = browser.ask("[...document.querySelectorAll('figure.chart')].map(f => f.querySelectorAll('svg path.s, svg path.bar').length)")
    assert drawn
    assert min(drawn) >= 1
    assert browser.ask("document.querySelector('[data-toggle]').hidden")


def test_it_prints(browser, pages):
    browser.open(pages["night"], 1280, 900, "dark")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
    printed = browser.call("Page.printToPDF", printBackground=True)["data"]
    assert len(printed) > 20_000
