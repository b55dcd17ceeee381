"""The staff's pages of subscriptions, a part of the staff's tour."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.browser.tours.staff_stage import Stage

CHANGES = ("cycle", "payment", "address", "buyer", "items", "fees", "counts", "notes")
MOVES = ("suspension", "cancellation", "end", "deletion")


class Tour(Protocol):
    page: Page
    stage: Stage
    open: Callable[[str], None]
    send: Callable[..., Any]
    some: Callable[..., Any]


def subscription_pages(tour: Tour) -> Iterator[str]:
    """Yield the name of each place while the page shows it."""
    stage = tour.stage.subscriptions
    for name, query in (
        ("subscriptions", ""),
        ("subscriptions, searched", "?q=やまだ&state=active&attention=1&by=next"),
        ("subscriptions, no hit", "?q=鈴木"),
        ("subscriptions, unreadable", "?since=2026-12-02&until=2026-12-01"),
        ("subscriptions, deleted", "?state=deleted"),
    ):
        tour.open(f"/subscriptions{query}")
        yield name
    states = ("fullest", "skipped", "suspended", "late", "deleted")
    for name in tour.some((*states, "active", "moved", "canceled", "finished", "refused", "today"), len(states)):
        tour.open(f"/subscriptions/{stage.ids[name]}")
        yield f"subscription, {name}"
    for tab in ("items", "deliveries", "history"):
        tour.open(f"/subscriptions/{stage.ids['fullest']}/{tab}")
        yield f"subscription, {tab}"
    tour.open(f"/subscriptions/{stage.ids['skipped']}/deliveries")
    yield "subscription, deliveries, skipped"
    yield from _forms(tour)
    yield from _generation(tour)


def _forms(tour: Tour) -> Iterator[str]:
    stage = tour.stage.subscriptions
    active = f"/subscriptions/{stage.ids['active']}"
    for change in CHANGES:
        tour.open(f"/subscriptions/{stage.ids['fullest']}/changes/{change}")
        yield f"subscription, change, {change}"
    tour.open(f"{active}/changes/cycle")
    tour.send("/changes/cycle", next_delivery_on="", n="x")
    yield "subscription, change, refused"
    tour.open(f"{active}/changes/items")
    tour.send("/changes/items", **{"items-0-quantity": "0"})
    yield "subscription, change, items, refused"
    for move in MOVES:
        tour.open(f"{active}/{move}")
        yield f"subscription, {move}"
    tour.open(f"/subscriptions/{stage.ids['suspended']}/resumption")
    yield "subscription, resumption"
    tour.open(f"/subscriptions/{stage.ids['today']}/suspension")
    yield "subscription, suspension, on its day"
    for name, rest in (("marks", "marks"), ("answers", f"fields/{stage.category}/0"), ("next order", "next-order")):
        tour.open(f"{active}/{rest}")
        yield f"subscription, {name}"
    tour.open(f"{active}/deliveries")
    tour.page.locator("form[action$='/skip'] [name=version]").evaluate("field => { field.value = '99' }")
    tour.send("/skip")
    yield "subscription, stale"


def _generation(tour: Tour) -> Iterator[str]:
    stage = tour.stage.subscriptions
    for name, rest in (
        ("planned orders", "/planned"),
        ("planned orders, none", "/planned?day=2027-08-14"),
        ("planned orders, unreadable", "/planned?day=x"),
        ("cards", "/cards"),
        ("card mails", f"/cards/mails?card={stage.card}"),
        ("runs", "/runs"),
        ("run", f"/runs/{stage.run}"),
        ("late subscriptions", "/late"),
        ("late orders", f"/{stage.ids['late']}/late"),
    ):
        tour.open(f"/subscriptions{rest}")
        yield name
    tour.open(f"/orders/{stage.ids['order']}")
    yield "order of a subscription"
