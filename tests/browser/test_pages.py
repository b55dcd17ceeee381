"""Every page in every state: for everybody to use (axe), valid HTML, on a narrow screen and with large letters."""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.tour import Tour

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
NARROW = 320
pytestmark = pytest.mark.timeout(600)

# What the eye can see that sticks out to the right or is cut off by its box; of a box and its content, the box.
OUTSIDE = """
width => {
  const sticksOut = one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height || one.closest(".vh, .skip")) return false;
    return box.right > width + 1 || (style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1);
  };
  return [...document.body.querySelectorAll("*")]
    .filter(one => sticksOut(one) && !sticksOut(one.parentElement))
    .map(one => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}
"""


@dataclass
class Seen:
    """What one tour has found, each line with the name of the place."""

    axe: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["ja-JP", "en-GB"])
def seen(request: pytest.FixtureRequest, browser: Browser, running: Site) -> Seen:
    running.clock.set()
    phone = Phone(browser, running, language=request.param)
    result = Seen()
    for place in Tour(phone).places():
        page = phone.page
        result.axe += [f"{place}: {line}" for line in axe(page)]
        result.outside += [f"{place}, {NARROW} px: {line}" for line in narrow(page)]
        result.outside += [f"{place}, large letters: {line}" for line in large_letters(page)]
        assert phone.document
        result.sources[place] = phone.document.text()
    phone.close()
    return result


def axe(page: Page) -> list[str]:
    """What it finds, one line for each element; in dark colours, what they alone can change."""
    page.evaluate(AXE)
    found = violations(page, {})
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {line}" for line in violations(page, {"runOnly": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return found


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", options | {"resultTypes": ["violations"]})
    return [
        f"{problem['id']}: {node['html'][:200]}\n    {node['failureSummary']}"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


def narrow(page: Page) -> list[str]:
    page.set_viewport_size({"width": NARROW, "height": 780})
    outside: list[str] = page.evaluate(OUTSIDE, NARROW)
    page.set_viewport_size({"width": 360, "height": 780})
    return outside


def large_letters(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
    outside: list[str] = page.evaluate(OUTSIDE, 360)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return outside


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_is_cut_off_on_a_narrow_screen_or_with_letters_twice_as_large(seen: Seen) -> None:
    assert not seen.outside, "\n".join(seen.outside)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    found = html_errors(seen.sources, tmp_path)
    assert not found, "\n".join(found)
