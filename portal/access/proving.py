"""Proof of a buyer: an order, found by its code or link, and the name or phone that the buyer types."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import locks
from portal.access.rules import limits
from portal.access.rules.digests import order_code_digest, token_digest
from portal.access.rules.limits import Via
from portal.models import Order, Shop
from portal.orders.rules.codes import code_key, code_keys
from portal.values import names, phones


@dataclass(frozen=True)
class Attempt:
    """Login attempt on an order, named by `order_id` (a link with a valid signature) or by the key of a typed code."""

    typed: str
    """Name or phone, whichever the shop asks for."""
    address: str
    """Client address in the form of `rules.addresses.counted`."""
    key: str = ""
    order_id: UUID | None = None

    @classmethod
    def by_link(cls, order_id: UUID, *, typed: str, address: str) -> Self:
        return cls(typed=typed, address=address, order_id=order_id)

    @classmethod
    def by_code(cls, code: str, *, typed: str, address: str) -> Self:
        return cls(typed=typed, address=address, key=code_key(code))

    @classmethod
    def by_dead_link(cls, signed: str, *, typed: str, address: str) -> Self:
        """Return the attempt of a link that cannot be read, counted like a typed code.

        Its key is none that a code has: keys of codes hold no space.
        """
        return cls(typed=typed, address=address, key=f"link {token_digest(signed)}")


@dataclass(frozen=True)
class Proved:
    order: Order


@dataclass(frozen=True)
class Refused:
    """Refusal for an unknown code, wrong name, wrong phone or dead link; it does not tell which."""


@dataclass(frozen=True)
class Locked:
    until: datetime


@dataclass(frozen=True)
class Asked:
    """Values that the typed text is compared with."""

    buyer_name: str
    buyer_kana: str
    phone: str


NOBODY = Asked(buyer_name="髙橋 一郎", buyer_kana="タカハシ イチロウ", phone="0312345678")
"""Stand-in for an order that does not exist, so that the same work is done."""
NOBODY_WITHOUT_KANA = Asked(buyer_name="髙橋 一郎", buyer_kana="", phone="0312345678")


def prove(session: Session, shop: Shop, attempt: Attempt, *, secret: str, now: datetime) -> Proved | Refused | Locked:
    """Judge one attempt, by index look-ups only.

    Parallel attempts for one code wait for each other and are counted exactly.
    """
    order = _find(session, shop.id, attempt)
    # A link whose order is gone counts as a code that no order has.
    via = Via.LINK if attempt.order_id and order else Via.CODE
    key = order.code_key if order else attempt.key or f"link {attempt.order_id}"
    if via == Via.CODE and (until := locks.address_locked_until(session, shop.id, attempt.address, now)):
        return Locked(until)
    lock = locks.take(session, shop.id, order_code_digest(secret, shop.id, key), via, now)
    if lock.locked_until and limits.is_locked(lock.locked_until, now):
        return Locked(lock.locked_until)
    matches = _matcher(shop)
    matched = matches(attempt.typed, order or NOBODY)
    # A derived reading takes longer than a given one. Each attempt does both, so that the time tells nothing.
    matches(attempt.typed, NOBODY_WITHOUT_KANA if (order or NOBODY).buyer_kana else NOBODY)
    if order and matched:
        locks.clear(lock, now)
        return Proved(order)
    locks.note_failure(session, lock, attempt.address, now)
    return Refused()


def _find(session: Session, shop_id: UUID, attempt: Attempt) -> Order | None:
    query = select(Order).where(Order.shop_id == shop_id)
    if attempt.order_id:
        return session.scalar(query.where(Order.id == attempt.order_id))
    # The live order of that code, or the last one if cancellations have released the code and no order has followed.
    # 901 and #901 are one to people; a code as it was typed comes first.
    query = query.where(Order.code_key.in_(code_keys(attempt.key)))
    as_typed = (Order.code_key == attempt.key).desc()
    return session.scalar(
        query.order_by(as_typed, Order.code_live.desc(), Order.ordered_at.desc(), Order.id.desc()).limit(1)
    )


def _matcher(shop: Shop) -> Callable[[str, Order | Asked], bool]:
    if shop.login_element == "phone":
        return lambda typed, asked: phones.matches(typed, asked.phone)
    return lambda typed, asked: names.matches(
        typed, asked.buyer_name, asked.buyer_kana, derive_reading=shop.derive_readings
    )
