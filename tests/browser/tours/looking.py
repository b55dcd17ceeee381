"""Measurements of any page: axe, what sticks out to the right, the HTML as it was sent."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.browser.phone import Phone
from tests.browser.site import Site

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

# Finds visible elements that stick out to the right or are cut off by their box, the outermost of each.
# The content of a box that scrolls by itself, such as a wide table's, is not cut off.
OUTSIDE = """
width => {
  const scrolls = one => one && (["auto", "scroll"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const sticksOut = one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height || one.closest(".vh, .skip, .unseen") || scrolls(one.parentElement)) return false;
    return box.right > width + 1 || (style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1);
  };
  return [...document.body.querySelectorAll("*")]
    .filter(one => sticksOut(one) && !sticksOut(one.parentElement))
    .map(one => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}
"""
VISIBLE = """[...document.body.querySelectorAll("*")].filter(one => one.checkVisibility())"""
# An element's colours depend on its kind, its ancestors and the shop's accent.
KINDS = f"""
() => {{
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  const states = ["aria-current", "aria-disabled", "disabled", "open", "role", "type"];
  const kind = one => `${{one.tagName}}.${{one.className}}[${{states.map(state => one.getAttribute(state))}}]`
    + (one.matches(":checked") ? "!" : "");
  const chain = one => one === document.body ? "" : `${{chain(one.parentElement)}} > ${{kind(one)}}`;
  return {VISIBLE}.map(one => accent + chain(one));
}}
"""
# axe is loaded in the page only; what a frame shows is a page of its own in the tour, or a mail.
RUN_AXE = f"""
([options, places]) => {{
  const visible = places && {VISIBLE};
  const of = places ? {{include: places.map(place => visible[place])}} : document;
  return axe.run(of, {{resultTypes: ["violations"], iframes: false, ...options}});
}}
"""
# Finds pictures that the page shows and the server did not deliver.
BROKEN = """() => [...document.images].filter(one => one.complete && !one.naturalWidth).map(one => one.outerHTML)"""
LETTERS = "parseFloat(getComputedStyle(document.body).fontSize)"


@dataclass
class Seen:
    """Findings of one tour, each line with the name of the place."""

    axe: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)
    """Endpoints that sent the pages."""
    kinds: set[str] = field(default_factory=set)
    """Kinds of elements that were checked in light and dark colours already: most pages have no others."""

    def note(self, place: str, phone: Phone, *, widths: tuple[int, ...]) -> None:
        """Measure the page at each window width (CSS pixels), and at its own width with letters twice as large."""
        page = phone.page
        page.wait_for_load_state()
        kinds = page.evaluate(KINDS)
        unseen_kinds = {kind: number for number, kind in enumerate(kinds) if kind not in self.kinds}
        endpoint = endpoint_of(phone)
        # A page that has nothing which the same page did not have in another state takes a second for nothing.
        if unseen_kinds or endpoint not in self.endpoints:
            self.axe += [f"{place}: {line}" for line in axe(page, list(unseen_kinds.values()))]
        self.kinds |= unseen_kinds.keys()
        self.endpoints.add(endpoint)
        self.broken += [f"{place}: {picture}" for picture in page.evaluate(BROKEN)]
        own = page.viewport_size
        assert own
        for width in widths:
            page.set_viewport_size({"width": width, "height": own["height"]})
            self.outside += [f"{place}, {width} px: {line}" for line in outside(page, width)]
        page.set_viewport_size(own)
        self.outside += [f"{place}, large letters: {line}" for line in large_letters(page, own["width"])]
        assert phone.document
        self.sources[place] = phone.document.text()


def endpoint_of(phone: Phone) -> str:
    """Return the endpoint that sent the page; empty for an address that nothing answers."""
    assert phone.document
    path, method = urlsplit(phone.document.url).path, phone.document.request.method
    with suppress(NotFound, MethodNotAllowed):
        return str(phone.site.app.url_map.bind("").match(path, method)[0])
    return ""


class Places(Protocol):
    def __init__(self, phone: Phone) -> None: ...
    def places(self) -> Iterator[str]: ...


def toured(tour: Places, phone: Phone, *, widths: tuple[int, ...], seen: Seen) -> None:
    """Take the tour, close the phone and add the findings to `seen`."""
    for place in tour.places():
        seen.note(place, phone, widths=widths)
    phone.close()


def unseen(seen: Seen, site: Site, blueprint: str) -> set[str]:
    """Return the endpoints of the blueprint that answer a GET and that no page was seen of."""
    rules = site.app.url_map.iter_rules()
    there = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    return {one.partition(".")[2] for one in there - seen.endpoints if one.startswith(f"{blueprint}.")}


def axe(page: Page, colours: list[int]) -> list[str]:
    """Return what axe finds, one line for each element.

    Colors, which take most of the time, are checked in light and in dark, of the visible elements with these numbers.
    """
    page.evaluate(AXE)
    found = violations(page, {"rules": {"color-contrast": {"enabled": False}}})
    for scheme in ("dark", "light") if colours else ():
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {line}" for line in violations(page, {"runOnly": ["color-contrast"]}, colours)]
    return found


def violations(page: Page, options: dict[str, Any], places: list[int] | None = None) -> list[str]:
    found = page.evaluate(RUN_AXE, [options, places])
    return [
        f"{problem['id']}: {node['html'][:200]}\n    {node['failureSummary']}"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


def outside(page: Page, width: int) -> list[str]:
    found: list[str] = page.evaluate(OUTSIDE, width)
    return found


def large_letters(page: Page, width: int) -> list[str]:
    before = page.evaluate(LETTERS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(LETTERS) == 2 * before, "their size is fixed"
    found = outside(page, width)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found
