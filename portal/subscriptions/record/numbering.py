"""Numbers of subscriptions: three forms to choose from per shop, and one counter."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionRules
from portal.orders.rules.codes import code_key
from portal.subscriptions.record import shop_rules
from portal.subscriptions.record.refusals import Refusal, RefusedError

AT_ONCE = 500
"""Numbers that are looked up together, for the case that many in a row are in use."""


class Rule(Protocol):
    """The settings that a number depends on."""

    @property
    def numbering(self) -> str: ...
    @property
    def number_digits(self) -> int: ...
    @property
    def number_prefix(self) -> str: ...
    @property
    def number_hyphen(self) -> bool: ...


def text_of(rule: Rule, n: int, today: date) -> str:
    """Return the number in the shop's form: 0000000123, TEA-0000000123 or 20261121-0000000123."""
    running = f"{n:0{rule.number_digits}d}"
    if rule.numbering == "prefix":
        return f"{rule.number_prefix}{running}"
    if rule.numbering == "date":
        return f"{today:%Y%m%d}{'-' if rule.number_hyphen else ''}{running}"
    return running


def highest(digits: int) -> int:
    return int(10**digits) - 1


def following(n: int, digits: int) -> int:
    """Return the running number after `n`, which is 1 again after the highest."""
    return n + 1 if n < highest(digits) else 1


def next_number(session: Session, shop_id: UUID, today: date) -> str:
    """Return the next number that no subscription has had, and store it as the last one used.

    A deleted one keeps its number, because the codes of its orders begin with it.
    Lock the shop's settings until the transaction ends. Raise RefusedError if all numbers are in use.
    """
    # Reading the row anew would overwrite what this transaction has not written yet.
    session.flush()
    rule = shop_rules.locked(session, shop_id)
    n = rule.last_number
    for _ in range(0, highest(rule.number_digits), AT_ONCE):
        candidates: dict[str, int] = {}
        for _ in range(AT_ONCE):
            n = following(n, rule.number_digits)
            candidates[text_of(rule, n, today)] = n
        used = set(map(code_key, session.scalars(select(Subscription.number).where(*_same(shop_id, candidates)))))
        free = next((text for text in candidates if code_key(text) not in used), None)
        if free is not None:
            _keep(session, rule, candidates[free])
            return free
    raise RefusedError(Refusal.NUMBERS_USED_UP, "number")


def numbered(session: Session, shop_id: UUID, texts: Iterable[str]) -> Sequence[Subscription]:
    """Return the subscriptions with one of the numbers in any case, live ones first and then the deleted ones.

    The codes of their orders begin with the number, and a code has no case: TEA-77 and tea-77 are one.
    """
    mine = select(Subscription).where(*_same(shop_id, texts))
    return session.scalars(mine.order_by(Subscription.deleted_at.is_not(None), Subscription.id)).all()


def _same(shop_id: UUID, texts: Iterable[str]) -> tuple[ColumnElement[bool], ...]:
    keys = {code_key(text) for text in texts}
    return Subscription.shop_id == shop_id, func.upper(Subscription.number).in_(keys)


def _keep(session: Session, rule: SubscriptionRules, n: int) -> None:
    session.execute(
        update(SubscriptionRules)
        .where(SubscriptionRules.id == rule.id)
        .values(last_number=n)
        .execution_options(synchronize_session=False)
    )
    session.refresh(rule, ["last_number"])
