"""A real browser shows the page at phone and desk width, without scrolling sideways, errors or requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from muster.report import ReportData, build

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("title", ["Weapons from Ruritania on Bazaar", "x" * 300])
def test_the_page_fits_and_is_quiet(
    browser: Browser, make_data: Callable[..., ReportData], tmp_path: Path, width: int, scheme: str, title: str
) -> None:
    data = make_data()
    issues = ({**data.issues[0], "example_found": "y" * 400, "what": "z" * 200, "example_where": "ﷺ" * 90},)
    path = tmp_path / "index.html"
    path.write_bytes(build(make_data(title=title, issues=issues))["index.html"])
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(s => s.scrollWidth <= s.clientWidth + 1)")
    assert errors == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    page.close()


def test_a_number_leads_to_its_walk(browser: Browser, make_data: Callable[..., ReportData], tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_bytes(build(make_data())["index.html"])
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    page.locator(".card table a.num").first.click()
    assert page.evaluate("document.querySelector(':target').textContent").strip().startswith("muster why est:handgun")
    page.close()
