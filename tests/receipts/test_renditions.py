"""PDFs of frozen documents: claimed by one worker, retried after a failure, never given up, never changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Order, Rendition, Shop
from portal.receipts import renditions
from portal.receipts.documents import ReceiptDocument
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.sample_documents import receipt


class Store:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.is_down = False

    def put(self, key: str, content: bytes) -> None:
        if self.is_down:
            raise OSError("no space left")
        self.files[key] = content

    def get(self, key: str) -> bytes:
        return self.files[key]

    def delete(self, key: str) -> None:
        self.files.pop(key, None)

    def check(self) -> None: ...


class Renderer:
    """Renderer that prints a text and remembers what it was handed."""

    def __init__(self) -> None:
        self.pages: list[dict[str, bytes]] = []

    def render(self, kind: str, document: object, images: dict[str, bytes]) -> bytes:
        self.pages.append(dict(images))
        return f"{kind} {len(self.pages)}".encode()


Make = Callable[[Rendition], bool]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def order(cast: Cast) -> Order:
    return cast.order(cast.shop())


@pytest.fixture
def make(app: Flask, store: Store, renderer: Renderer, clock: Clock) -> Make:
    def begin() -> Session:
        return Session(db.engine, expire_on_commit=False)

    def make(rendition: Rendition) -> bool:
        with app.app_context():
            return renditions.make(begin, rendition.id, renderer=renderer, store=store, clock=clock)

    return make


def asked(session: Session, order: Order, clock: Clock, kind: str = "receipt", **changes: object) -> Rendition:
    document: ReceiptDocument = receipt(**changes)
    ids = {"shop_id": order.shop_id, "order_id": order.id}
    rendition = renditions.request(session, **ids, kind=kind, document=document.to_dict(), now=clock())
    session.commit()
    return rendition


def test_the_same_document_is_rendered_once(
    session: Session, order: Order, clock: Clock, make: Make, renderer: Renderer
) -> None:
    one, same = asked(session, order, clock), asked(session, order, clock)
    assert one.id == same.id
    assert [make(one), make(same)] == [True, False]
    assert len(renderer.pages) == 1


def test_of_workers_that_begin_at_the_same_moment_one_renders(
    session: Session, order: Order, clock: Clock, make: Make, renderer: Renderer
) -> None:
    rendition = asked(session, order, clock)
    start = Barrier(4)

    def work(_: int) -> bool:
        start.wait()
        return make(rendition)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [False, False, False, True]
    assert len(renderer.pages) == 1


def test_a_store_that_is_away_for_a_day_loses_no_receipt(
    session: Session, order: Order, clock: Clock, make: Make, store: Store
) -> None:
    rendition = asked(session, order, clock)
    store.is_down = True
    until, tries = clock() + timedelta(days=1), 0
    while clock.forward(seconds=30) < until:
        session.rollback()
        for _ in renditions.left_out(session, clock()):
            session.rollback()
            tries += 1
            with pytest.raises(OSError, match="no space"):
                make(rendition)
    assert tries < 30, "it pauses longer and longer"
    store.is_down = False
    clock.forward(hours=3)
    session.rollback()
    assert renditions.left_out(session, clock()) == [rendition.id]
    session.rollback()
    assert make(rendition)


def test_a_row_whose_worker_died_is_taken_up_by_another(
    session: Session, order: Order, clock: Clock, make: Make
) -> None:
    rendition = asked(session, order, clock)
    assert renditions.claim(session, rendition.id, clock()) is not None
    session.commit()
    assert not make(rendition), "somebody is at it"
    clock.forward(minutes=3)
    assert make(rendition)


def test_the_file_of_the_slower_worker_is_taken_away(
    session: Session, order: Order, clock: Clock, make: Make, store: Store
) -> None:
    rendition = asked(session, order, clock)
    assert make(rendition)
    store.put(renditions.store_key(rendition, "f" * 64), b"another one")
    assert not renditions.keep(session, rendition, "f" * 64, 11, store, clock())
    assert list(store.files.values()) == [b"receipt 1"]


def test_logo_and_seal_are_those_of_the_day_of_issuing(
    session: Session, order: Order, clock: Clock, make: Make, store: Store, renderer: Renderer
) -> None:
    store.files |= {"old-logo": b"old", "new-logo": b"new"}
    document = receipt().to_dict()
    document["issuer"]["logo"] = "old-logo"
    ids = {"shop_id": order.shop_id, "order_id": order.id}
    rendition = renditions.request(session, **ids, kind="receipt", document=document, now=clock())
    session.get_one(Shop, order.shop_id).logo_key = "new-logo"
    session.commit()
    assert make(rendition)
    assert renderer.pages == [{"old-logo": b"old"}]
