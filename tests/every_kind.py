"""A shop in which everything that may be missing is there at least once: the rows on which the walks open every page.

`test_every_kind.py` fails when a table, or a reference that may be empty, has no row here.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.models import (
    BundleCandidate,
    BundleOrder,
    BuyerRequest,
    BuyerSession,
    CardRegistration,
    ClosedDay,
    CustomAnswer,
    CustomField,
    Export,
    FieldCategory,
    GenerationRun,
    Heartbeat,
    ImportRow,
    ImportRun,
    ListedAddress,
    LoginCode,
    LoginFailure,
    LoginLock,
    MailText,
    OfferedItem,
    Order,
    OutboxMail,
    ProductTaxRate,
    Receipt,
    RecoveryCode,
    ReturnInvoice,
    SessionOrder,
    ShipmentItem,
    Shop,
    ShopMapping,
    StaffLink,
    StaffLock,
    StaffSession,
    StopReason,
    SubscriptionChange,
    SubscriptionLabel,
    SubscriptionLabelling,
    SubscriptionOccurrence,
    TrackingEvent,
)
from portal.receipts.drafting import Texts
from portal.receipts.granting import grant
from portal.receipts.issuing import issue, issue_again
from portal.receipts.return_invoices import Refund, issue_return
from portal.receipts.voiding import void
from tests.cast import HANAKO, Cast
from tests.full_facts import EXTRAS, FULL_ORDER, ITEM, LISTED, PAID_BY_CARD, PARCEL, RECIPIENT, SUMS

TEXTS = Texts("株式会社アクメ", "御中", "お茶代として", "ja")
VERIFY_URL = "https://example.jp/verify/{}".format
DEAR = [{"name": "急須 青磁", "quantity": 1, "unit_price": 22_000, "amount": 22_000, "tax_rate": 10}]
"""Lines that are dear enough for a return invoice."""


class EveryKind:
    """Rows of every kind of one shop; `ids` holds those of each name that an address may carry, the fullest first."""

    def __init__(self, cast: Cast, shop: Shop) -> None:
        self.cast, self.session, self.shop, self.now = cast, cast.session, shop, cast.now
        self.ids: dict[str, list[UUID]] = {}
        staff = cast.staff(shop, email="takahashi@example.jp", name="高橋 三郎")
        self.staff_id, self.clerk = staff.id, f"staff:{staff.id}"
        self.order = cast.order(shop, lines=[dict(line) for line in DEAR])
        self._subscriptions()
        self._orders()
        self._papers()
        self._matters()
        self._files()
        self._settings()
        self._visits()

    def _add(self, row: Any) -> UUID:
        self.session.add(row)
        self.session.flush()
        key: UUID = row.id
        return key

    def _keep(self, name: str, *rows: Any) -> UUID:
        """Add the rows, note their ids under the name that addresses give them, and return the first."""
        keys = [self._add(row) for row in rows]
        self.ids[name] = [*self.ids.get(name, ()), *keys]
        return keys[0]

    # --- subscriptions -----------------------------------------------------------------------------------------------
    def _subscriptions(self) -> None:
        cast, shop, now = self.cast, self.shop, self.now
        self.card = cast.card(shop)
        self.ids["card_id"] = [self.card.id]
        listed = ListedAddress(shop_id=shop.id, email_key=HANAKO["email_key"], created_at=now, **LISTED)
        listed_id = self._keep("address_id", listed)
        by_card = PAID_BY_CARD | {"card_id": self.card.id}
        # Everything that a subscription can have at once.
        self.subscription = cast.subscription(
            shop,
            items=[ITEM, {"name": "茶さじ", "later_price": 0, "first_price": 0, "bundled_gift": True, "remaining": 1}],
            delivery_to="listed",
            listed_address_id=listed_id,
            previous_ship_on=date(2026, 11, 11),
            previous_delivery_on=date(2026, 11, 15),
            counted_from=now - timedelta(days=400),
            **(by_card | EXTRAS),
        )
        own = {"delivery_to": "own", "perk_free_shipping": True} | RECIPIENT
        late = {"next_delivery_on": now.date() - timedelta(days=40), "attention_reason": "late", "attention_since": now}
        stopped = {"stop_reason": "飲みきれない", "resume_on": now.date() + timedelta(days=30)}
        variants: list[dict[str, Any]] = [
            {"payment_method": "Amazon Pay", "wallet_agreement": "B01-123", **own},
            {"needs_attention": True, "late_until": late["next_delivery_on"] - timedelta(days=31), **late},
            {"next_skipped": True, "resumed": True, "skips_in_a_row": 1, "points_use": "all", "points_balance": 300},
            {"state": "suspended", "suspended_at": now, **stopped},
            {"state": "canceled", "canceled_at": now, "stop_reason": "味が合わない"},
            {"state": "finished", "finished_at": now, "remaining_orders": 0},
            {"deleted_at": now, "external_number": "OLD-9"},
        ]
        others = [cast.subscription(shop, f"{n:010}", **facts) for n, facts in enumerate(variants, 2)]
        self.ids["subscription_id"] = [self.subscription.id, *(one.id for one in others)]
        self.wallet, self.late = others[0], others[1]
        self.order.subscription_id = self.subscription.id
        self.order.subscription_number, self.order.cycle_number = self.subscription.number, 2
        run = GenerationRun(shop_id=shop.id, day=now.date(), started_at=now, finished_at=now, ordered=1, state="done")
        self._keep("generation_id", run)
        self._add(self._occurrence(run.id))
        self._labels_and_answers()
        self._registration()

    def _occurrence(self, run_id: UUID) -> SubscriptionOccurrence:
        return SubscriptionOccurrence(
            shop_id=self.shop.id,
            subscription_id=self.subscription.id,
            order_id=self.order.id,
            run_id=run_id,
            anchor_on=date(2026, 11, 15),
            cycle_number=2,
            delivery_on=date(2026, 11, 15),
            ship_on=date(2026, 11, 11),
            creation_on=date(2026, 11, 4),
            outcome="ordered",
            actor="job:generate_orders",
            at=self.now,
        )

    def _labels_and_answers(self) -> None:
        of_it = {"shop_id": self.shop.id, "subscription_id": self.subscription.id}
        label = self._keep(
            "label_id", SubscriptionLabel(shop_id=self.shop.id, name="電話で相談中", created_at=self.now)
        )
        self._add(SubscriptionLabelling(label_id=label, **of_it))
        kinds = ("suspend", "cancel")
        self._keep("reason_id", *(StopReason(shop_id=self.shop.id, kind=kind, text="味が合わない") for kind in kinds))
        once, often = (
            FieldCategory(shop_id=self.shop.id, name=name, position=place, several=place == 2)
            for place, name in enumerate(("お茶のこと", "ペットのこと"), 1)
        )
        self._keep("category_id", once, often)
        fields = [
            CustomField(shop_id=self.shop.id, category_id=category.id, name=name, kind=kind, position=place, **more)
            for place, (category, name, kind, more) in enumerate(
                [
                    (often, "犬の名前", "text", {"longest": 40, "required": True}),
                    (once, "年齢", "integer", {"least": 1, "most": 120}),
                    (once, "好み", "selects", {"options": ["宇治", "狭山"]}),
                    (once, "誕生日", "date", {"deleted_at": self.now}),
                ],
                1,
            )
        ]
        self._keep("field_id", *fields)
        # The third answer no longer fits its field, the fourth one's field is gone.
        answers = (["ぽち"], ["7"], ["八女"], ["2020-02-29"])
        for field, values in zip(fields, answers, strict=True):
            self._add(CustomAnswer(field_id=field.id, values=values, **of_it))

    def _registration(self) -> None:
        registration = CardRegistration(
            shop_id=self.shop.id,
            subscription_id=self.subscription.id,
            order_id=self.order.id,
            email_key=HANAKO["email_key"],
            gateway="sandbox",
            reference="registration-1",
            state="verified",
            card_id=self.card.id,
            actor="buyer:1",
            started_at=self.now,
            finished_at=self.now,
        )
        self._keep("registration_id", registration)

    # --- orders ------------------------------------------------------------------------------------------------------
    def _orders(self) -> None:
        cast, shop, now = self.cast, self.shop, self.now
        parcel = cast.shipment(self.order, **PARCEL)
        self._add(
            ShipmentItem(shop_id=shop.id, shipment_id=parcel.id, order_line_id=self.order.lines[0].id, quantity=1)
        )
        self._add(
            TrackingEvent(
                shop_id=shop.id, shipment_id=parcel.id, occurred_at=now, state="held", words="保管中", place="梅田"
            )
        )
        for name, value in FULL_ORDER.items():
            setattr(self.order, name, value)
        held = cast.refused_order(self.subscription, self.card, "S-2")
        deferred = cast.order(shop, "D-1", payment_method="NP後払い", next_payment_method="代金引換", status="on_hold")
        deferred.deferred_state, deferred.needs_attention = "cancel_asked", "deferred_ng"
        deferred.payment_state, deferred.payment_state_words = "unread", "確認中"
        coded = [dict(line, product_code="T-300") for line in DEAR]
        summed = cast.order(shop, "F-1", lines=coded, needs_attention="changed_after_receipt", **SUMS)
        summed.total += 500 + 330 + 100 - 100 - 200 - 300
        cast.shipment(summed, status="waiting", tracking_number="", shipped_on=None, held_for_bundling=True)
        canceled = cast.order(shop, "C-1", status="cancelled", cancelled_at=now)
        returned = cast.order(shop, "R-1", status="returned", returned_at=now, payment_state="refunded", refunded=3_280)
        self.bare = cast.order(shop, "N-1", email="", email_key="", buyer_kana="", phone="", payment_method="")
        orders = (self.order, held, deferred, summed, canceled, returned, self.bare)
        self.ids["order_id"] = [one.id for one in orders]
        of_shop = {"shop_id": shop.id, "created_at": now}
        waiting = BundleCandidate(match_key="1", **of_shop)
        merged = BundleCandidate(match_key="2", state="bundled", decided_at=now, shipment_id=parcel.id, **of_shop)
        first = self._keep("candidate_id", waiting, merged)
        for order in (self.order, self.bare):
            self._add(BundleOrder(shop_id=shop.id, order_id=order.id, candidate_id=first))

    # --- papers ------------------------------------------------------------------------------------------------------
    def _papers(self) -> None:
        receipt = self._issued(self.order)
        invoice = issue_return(
            self.session,
            shop=self.shop,
            order=self.order,
            receipt=receipt,
            refund=Refund({10: 11_000}, self.now.date(), "急須 青磁"),
            issue_key=UUID(int=1),
            actor=self.clerk,
            now=self.now,
        )
        assert isinstance(invoice, ReturnInvoice)
        grant(self.session, receipt, seen=0, actor=self.clerk, now=self.now)
        again = self.cast.order(self.shop, "V-1")
        self.cast.shipment(again, tracking_number="123456789021")
        voided = self._issued(again)
        void(self.session, voided, reason="宛名の書き間違い", actor=self.clerk, now=self.now)
        anew = self._issued(again)
        anew.replaces_id = voided.id
        # Only a paper that was printed is issued again.
        anew.rendition.stored_at = self.now
        copy = issue_again(
            self.session,
            shop=self.shop,
            order=again,
            receipt=anew,
            verify_url=VERIFY_URL,
            actor="buyer:1",
            now=self.now + timedelta(days=30),
        )
        assert isinstance(copy, Receipt)
        anew.rendition.stored_at = None
        self.receipt = receipt
        self.ids["receipt_id"] = [receipt.id, voided.id, anew.id, copy.id]
        self.ids["invoice_id"] = [invoice.id]

    def _issued(self, order: Order) -> Receipt:
        receipt = issue(
            self.session,
            shop=self.shop,
            order=order,
            texts=TEXTS,
            verify_url=VERIFY_URL,
            actor="buyer:1",
            now=self.now,
        )
        assert isinstance(receipt, Receipt)
        return receipt

    # --- what buyers asked and changed, and mails --------------------------------------------------------------------
    def _matters(self) -> None:
        now, order_id = self.now, self.order.id
        of_order = {"shop_id": self.shop.id, "order_id": order_id}
        of_both = of_order | {"subscription_id": self.subscription.id}
        asked = BuyerRequest(**of_order, kind="other", text="届けてほしい", reply_to="a@example.jp", created_at=now)
        answered = BuyerRequest(**of_both, kind="subscription", text="休みたい", created_at=now)
        answered.answer, answered.answered_at, answered.answered_by = "承りました", now, self.clerk
        self._keep("request_id", asked, answered)
        change = SubscriptionChange(
            shop_id=self.shop.id,
            subscription_id=self.subscription.id,
            number="261121-ABCDEF",
            kind="next_date",
            outcome="done",
            facts={"next_delivery_on": ["2026-12-15", "2026-12-20"]},
            request_id=answered.id,
            actor="buyer:1",
            at=now,
        )
        self._keep("change_id", change)
        self._keep("mail_id", *(self._mail(state) for state in ("failed", "sent", "queued")))
        self._add(
            MailText(
                shop_id=self.shop.id,
                message="shipped",
                language="ja",
                subject="発送",
                body="発送しました",
                updated_at=now,
            )
        )

    def _mail(self, state: str) -> OutboxMail:
        return OutboxMail(
            shop_id=self.shop.id,
            order_id=self.order.id,
            message="receipt_file",
            message_id=f"<{state}@example.jp>",
            sender="shop@example.jp",
            recipient="hanako@example.jp",
            subject="発送",
            body_text="山田様",
            body_html="<p>山田様",
            attachment_id=self.receipt.rendition_id,
            state=state,
            last_error="550 no such user" if state == "failed" else "",
            sent_at=self.now if state == "sent" else None,
            next_try_at=self.now,
            created_at=self.now,
        )

    # --- files -------------------------------------------------------------------------------------------------------
    def _files(self) -> None:
        of_shop, now = {"shop_id": self.shop.id}, self.now
        mapping = ShopMapping(**of_shop, kind="orders", name="自社", data={"fields": {}}, updated_at=now)
        mapping_id = self._keep("mapping_id", mapping)
        run = ImportRun(
            **of_shop,
            kind="orders",
            mapping="generic",
            mapping_id=mapping_id,
            file_name="注文1122.csv",
            file_sha256="1",
            actor="cli",
            started_at=now,
            finished_at=now,
            refused=1,
        )
        run_id = self._keep("run_id", run)
        self._add(
            ImportRow(
                **of_shop,
                run_id=run_id,
                line=2,
                order_code="A-1",
                outcome="refused",
                column="電話番号",
                reason="読めません",
                value="x",
            )
        )
        asked = {"kind": "ledger", "question": {}, "encoding": "cp932", "actor": "cli"}
        when = {"next_try_at": now, "requested_at": now}
        states = {"queued": None, "done": now, "failed": now}
        exports = (
            Export(**of_shop, **asked, **when, once_key=state, state=state, finished_at=ended)
            for state, ended in states.items()
        )
        self._keep("export_id", *exports)

    # --- settings ----------------------------------------------------------------------------------------------------
    def _settings(self) -> None:
        of_shop = {"shop_id": self.shop.id}
        self._keep("product_rate_id", ProductTaxRate(**of_shop, product_code="T-1", rate=8))
        item = {"product_code": "T-200", "name": "ほうじ茶", "price": 980, "tax_rate": 8, "position": 1}
        self._keep("item_id", OfferedItem(**of_shop, **item))
        self._add(ClosedDay(**of_shop, day=date(2026, 12, 31), note="年末"))

    # --- who came ----------------------------------------------------------------------------------------------------
    def _visits(self) -> None:
        of_shop, now = {"shop_id": self.shop.id}, self.now
        until = {"locked_until": now + timedelta(hours=1), "counted_from": now}
        self._keep("lock_id", LoginLock(**of_shop, subject="1", via="code", **until))
        self._add(LoginFailure(**of_shop, code_digest="1", via="code", address="192.0.2.1", at=now))
        visit = BuyerSession(**of_shop, token_digest="1", created_at=now, seen_at=now, opened_by=self.staff_id)
        visit_id = self._add(visit)
        of_visit = of_shop | {"session_id": visit_id, "order_id": self.order.id}
        self._add(SessionOrder(**of_visit, proved_at=now))
        self._add(LoginCode(**of_visit, email_key=HANAKO["email_key"], code_digest="1", sent_at=now))
        session = StaffSession(staff_id=self.staff_id, token_digest="1", created_at=now, seen_at=now, browser="Firefox")
        self._keep("session_id", session)
        self._add(RecoveryCode(staff_id=self.staff_id, code_digest="1"))
        self._add(StaffLink(staff_id=self.staff_id, token_digest="1", sent_at=now, expires_at=now))
        self._add(StaffLock(subject="1", failures=1, **until))
        self.cast.session.add(Heartbeat(part="worker", at=now))
