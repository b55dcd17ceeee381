"""Writing of a batch of orders: new ones in a few bulk inserts, known ones one by one, each whole or not at all."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session, selectinload

from portal.importing.applying import reasons
from portal.importing.applying.history import Outcome
from portal.importing.applying.subscription_reasons import of_refusal
from portal.importing.orders.beginnings import Beginning
from portal.importing.orders.creation import NEEDED, new_order
from portal.importing.orders.rows import OrderSaid
from portal.importing.orders.subscriptions import begin as begin_subscription
from portal.importing.orders.updates import Update, update_order
from portal.models import Order, Receipt, Shipment
from portal.orders.resolving import Line, ShopRules, resolve_lines
from portal.orders.rules.codes import code_key
from portal.orders.rules.states import MoveRefusedError
from portal.shipments.new_orders import NewOrder, insert_all
from portal.shipments.parcels import ParcelRefusedError
from portal.subscriptions.changes import counting
from portal.subscriptions.record import linking
from portal.subscriptions.record.facts import Frame, frame_of
from portal.subscriptions.record.refusals import RefusedError
from portal.values.states import OrderStatus


class Verdict(NamedTuple):
    outcome: Outcome
    field: str = ""
    reason: str = ""
    more: tuple[str, ...] = ()
    """Further fields that are refused for the same reason."""


NOT_STORED = Verdict(Outcome.REFUSED, reason=reasons.NOT_STORED)


@dataclass(frozen=True)
class OrderBatch:
    session: Session
    shop_id: UUID
    rules: ShopRules
    actor: str
    now: datetime

    def write(self, orders: Sequence[OrderSaid]) -> list[Verdict]:
        """Write the orders and return a verdict for each, in order. No code stands in a batch twice."""
        known = self._known(orders)
        self._link(orders)
        verdicts: dict[str, Verdict] = {}
        new: dict[str, NewOrder] = {}
        begin: dict[str, Beginning] = {}
        updates: dict[UUID, Update] = {}
        for said in orders:
            lines = resolve_lines(said.lines, self.rules)
            said_digest = _digest(said, lines)
            of_code = known.get(said.code_key, [])
            live = next((row for row in of_code if row.code_live), None)
            if live is not None and live.content_digest != said_digest:
                updates[live.id] = Update(said, lines, said_digest)
            elif live is not None or (of_code and said.status == OrderStatus.CANCELED):
                # Unchanged since the last import, or the cancellation that freed the code, told once more.
                verdicts[said.code_key] = Verdict(Outcome.UNCHANGED)
            else:
                order = self._new(said, lines, said_digest)
                if isinstance(order, Verdict):
                    verdicts[said.code_key] = order
                else:
                    new[said.code_key] = order
                    begin |= {said.code_key: said.begins} if said.begins and _is_free(order.order) else {}
        verdicts |= self._create({key: order for key, order in new.items() if key not in begin})
        verdicts |= {key: self._begun(new[key], begins) for key, begins in begin.items()}
        verdicts |= self._update(updates)
        return [verdicts[said.code_key] for said in orders]

    def new_codes(self, codes: Iterable[str]) -> set[str]:
        """Return those of which no order is here."""
        keys = {code: code_key(code) for code in codes}
        known = select(Order.code_key).where(Order.shop_id == self.shop_id, Order.code_key.in_(keys.values()))
        found = set(self.session.scalars(known)) if keys else set()
        return {code for code, key in keys.items() if key not in found}

    def _known(self, orders: Sequence[OrderSaid]) -> dict[str, list[Row[UUID, str, bool, str]]]:
        found: dict[str, list[Row[UUID, str, bool, str]]] = {}
        columns = select(Order.id, Order.code_key, Order.code_live, Order.content_digest)
        keys = [said.code_key for said in orders]
        for row in self.session.execute(columns.where(Order.shop_id == self.shop_id, Order.code_key.in_(keys))):
            found.setdefault(row.code_key, []).append(row)
        return found

    def _link(self, orders: Sequence[OrderSaid]) -> None:
        """Link orders to their subscriptions. An unknown number stays as text until a subscription with it comes."""
        numbers = {said.values["subscription_number"] for said in orders if said.values.get("subscription_number")}
        known = linking.known(self.session, self.shop_id, numbers)
        for said in orders:
            if found := known.get(said.values.get("subscription_number") or ""):
                said.values["subscription_id"] = found

    def _new(self, said: OrderSaid, lines: Sequence[Line], said_digest: str) -> NewOrder | Verdict:
        missing = [field for field in NEEDED if not said.values.get(field)]
        if missing or not lines:
            first, *more = [*missing, *([] if lines else ["name"])]
            return Verdict(Outcome.REFUSED, first, reasons.NEEDED, tuple(more))
        try:
            return new_order(
                said, lines, self.rules, shop_id=self.shop_id, digest=said_digest, actor=self.actor, now=self.now
            )
        except MoveRefusedError as error:
            return Verdict(Outcome.REFUSED, "status", reasons.of_move(error))

    def _create(self, new: Mapping[str, NewOrder]) -> dict[str, Verdict]:
        """Insert all in one savepoint or, if the database refuses one of them, again with a savepoint for each."""
        if self._inserted(list(new.values())):
            return dict.fromkeys(new, Verdict(Outcome.CREATED))
        return {key: Verdict(Outcome.CREATED) if self._inserted([order]) else NOT_STORED for key, order in new.items()}

    def _inserted(self, orders: Sequence[NewOrder]) -> bool:
        try:
            with self.session.begin_nested():
                insert_all(self.session, orders, actor=self.actor, now=self.now)
                linked = {order.order["subscription_id"] for order in orders} - {None}
                counting.recount_many(self.session, linked)
        except (IntegrityError, DataError):
            return False
        return True

    @cached_property
    def _frame(self) -> Frame:
        return frame_of(self.session, self.shop_id)

    def _begun(self, new: NewOrder, begins: Beginning) -> Verdict:
        """Create the order and the subscription that it begins, or neither."""
        try:
            with self.session.begin_nested():
                insert_all(self.session, [new], actor=self.actor, now=self.now)
                order = self.session.get_one(Order, new.order["id"])
                begin_subscription(self.session, order, begins, self._frame, actor=self.actor, now=self.now)
        except RefusedError as error:
            return _refusal(error)
        except (IntegrityError, DataError):
            return NOT_STORED
        return Verdict(Outcome.CREATED)

    def _update(self, updates: Mapping[UUID, Update]) -> dict[str, Verdict]:
        if not updates:
            return {}
        loaded = self.session.scalars(
            select(Order)
            .where(Order.id.in_(updates))
            .options(selectinload(Order.lines), selectinload(Order.shipments).selectinload(Shipment.orders))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        receipts = select(Receipt.order_id).where(Receipt.order_id.in_(updates), Receipt.voided_at.is_(None))
        with_receipt = set(self.session.scalars(receipts))
        return {
            order.code_key: self._updated(order, updates[order.id], has_receipt=order.id in with_receipt)
            for order in loaded.all()
        }

    def _updated(self, order: Order, update: Update, *, has_receipt: bool) -> Verdict:
        linked_before = order.subscription_id
        try:
            with self.session.begin_nested():
                changed = update_order(
                    self.session,
                    order,
                    update,
                    self.rules,
                    has_receipt=has_receipt,
                    actor=self.actor,
                    now=self.now,
                )
                begins = update.said.begins
                if begins and _is_free({"subscription_id": order.subscription_id, "status": order.status}):
                    begin_subscription(self.session, order, begins, self._frame, actor=self.actor, now=self.now)
                    changed = True
                elif order.subscription_id != linked_before:
                    counting.recount_many(self.session, [one for one in (order.subscription_id, linked_before) if one])
        except RefusedError as error:
            return _refusal(error)
        except MoveRefusedError as error:
            return Verdict(Outcome.REFUSED, "status", reasons.of_move(error))
        except ParcelRefusedError as error:
            return Verdict(Outcome.REFUSED, "code", reasons.of_parcel(error))
        except (IntegrityError, DataError):
            return NOT_STORED
        return Verdict(Outcome.UPDATED if changed else Outcome.UNCHANGED)


def _digest(said: OrderSaid, lines: Sequence[Line]) -> str:
    """Return the SHA-256 of all that an import would store, so that the same file twice is known without comparing."""
    facts = (said.code, sorted(said.values.items()), [tuple(line) for line in lines], said.status, said.parcels)
    # Without the last one if it is empty: so an order that begins nothing keeps the digest that is stored.
    return hashlib.sha256(repr((*facts, said.begins) if said.begins else facts).encode()).hexdigest()


def _is_free(order: Mapping[str, Any]) -> bool:
    """Tell whether the order goes on and belongs to no subscription yet."""
    return order["subscription_id"] is None and order["status"] != OrderStatus.CANCELED


def _refusal(error: RefusedError) -> Verdict:
    """Return the verdict on an order whose subscription was refused; an item's field is that of the order's line."""
    field = error.field.rpartition(".")[2]
    return Verdict(Outcome.REFUSED, "name" if field == "items" else field, of_refusal(error))
