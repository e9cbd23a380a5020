"""Debian's Chromium on the suite's own server, as a phone and as a desk."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from guapeng.web.look import COOKIE
from tests.browser import pages

# Playwright keeps an event loop in the test's thread, from which Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
SIZES = {"phone": PHONE, "desk": DESK}

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def player() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def program() -> dict[str, Any]:
    """Which browser is started, and how."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is missing: apt-get install chromium fonts-noto-cjk"
    return {"executable_path": found, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def chromium(player: Playwright, program: dict[str, Any]) -> Iterator[Browser]:
    browser = player.chromium.launch(**program)
    yield browser
    browser.close()


@pytest.fixture
def site(settings: Any, live_server: LiveServer) -> str:
    """The server's address. It shows the gallery, and the pages of ``tests.browser.pages``."""
    settings.DEMO = True
    settings.ROOT_URLCONF = pages.__name__
    (engine,) = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [{**engine, "DIRS": folders}]
    pages.RECEIVED.clear()
    return live_server.url


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Opened]:
    """Open an address on a ``phone`` or a ``desk``, with a look; fail on any fault in its console.

    ``visit("/report/", size="phone", look="dark.more.on", java_script_enabled=False, …)``
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(address: str, *, size: str = "phone", look: str = "", **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site, locale="zh-CN", timezone_id="Asia/Shanghai", **SIZES[size] | options
        )
        contexts.append(context)
        if look:
            context.add_cookies([{"name": COOKIE, "value": look, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.extend(_policy_fault(line.text)))
        page.goto(address)
        return page

    yield opened

    for context in contexts:
        context.close()
    assert faults == []


def _policy_fault(line: str) -> list[str]:
    return [line] if "Content Security Policy" in line or "MIME type" in line else []


def wait_until(page: Page, question: str, arg: Any = None) -> None:
    """Ask the page until its answer, which may be a promise, is true.

    Playwright's own ``wait_for_function`` takes the promise itself for a yes.
    """
    for _ in range(400):
        if page.evaluate(question, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {question}")


def axe(page: Page) -> list[str]:
    """Return what axe finds wrong on the page: rule and first element of each."""
    assert AXE.exists(), "axe-core is missing: bin/setup"
    page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(tags)}}})")
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]} {fault['nodes'][0]['failureSummary']}"
        for fault in found["violations"]
    ]
