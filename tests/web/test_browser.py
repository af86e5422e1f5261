"""A real browser shows the pages at phone and desk width, breaks no policy, and asks nobody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

PAGES = ["/", "/claims", "/issues", "/transfers", "/transfers?item=Javelin&recipient=Ruritania",
         "/transfers?item=Javelin&known-on=2014-04-01", "/transfers/timeline?item=Javelin",
         "/transfers/risk?item=Javelin", "/transfers/reconcile", "/transfers/watch", "/transfers/lines", "/report",
         "/transfers/picture.svg?item=Javelin"]  # fmt: skip


@pytest.fixture(scope="module")
def address(ledger: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "muster", "web", str(ledger), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip().rstrip("/")
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_pages_fit_are_quiet_and_ask_nobody_else(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for at in PAGES:
        page.goto(address + at)
        fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert fits or at.startswith("/transfers/picture.svg"), at
        assert said == [], at
    assert [url for url in asked if not url.startswith((f"{address}/", "data:"))] == []
    page.close()


def test_a_question_is_asked_and_a_number_walked_back_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/transfers")
    page.fill("#item", "Javelin")
    page.fill("#recipient", "Ruritania")
    page.click("text=Answer")
    assert page.url == f"{address}/transfers?item=Javelin&recipient=Ruritania"
    row = page.locator("#answer tbody tr", has_text="missile").filter(has_text="delivered 80").first
    assert "80" in row.locator("td").nth(1).inner_text()
    row.locator("a.id").first.click()
    assert page.locator("h1").inner_text() == "80 FGM-148 Javelin (missile), delivered"
    assert page.locator(".place dd code").count() >= 1
    page.goto(f"{address}/transfers?item=Javelin")
    page.click("button:has-text('Timeline')")
    assert page.url == f"{address}/transfers/timeline?item=Javelin"
    page.fill("#find", "trf:f635bf477bb3732e")
    page.click("button:has-text('Go')")
    assert page.locator("h1").inner_text() == "120 FGM-148 Javelin (missile), pledged"
    context.close()


def test_a_script_in_a_page_would_not_run(browser: Browser, address: str) -> None:
    """The policy holds whatever a template forgets: what is put into the page by force stays still."""
    page = browser.new_page()
    page.goto(f"{address}/transfers?item=Javelin")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.evaluate("""() => {
        const run = document.createElement('script'); run.textContent = 'window.ran = 1'; document.body.append(run);
        const image = document.createElement('img'); image.src = 'http://elsewhere.example/a.png';
        document.body.append(image);
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert len([text for text in refused if "Content Security Policy" in text]) >= 2
    page.close()
