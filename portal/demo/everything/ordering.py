"""Orders of every kind with their parcels and papers, and what buyers asked, changed and got by mail."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from portal.access.rules.contact import full_contact
from portal.demo.everything.facts import FULL_ORDER, PARCEL, SUMS
from portal.demo.everything.rows import DEAR, Rows
from portal.models import (
    BundleCandidate,
    BundleOrder,
    BuyerRequest,
    MailText,
    MoneyMovement,
    Order,
    OutboxMail,
    Receipt,
    ReturnInvoice,
    ShipmentItem,
    SubscriptionChange,
    TrackingEvent,
)
from portal.models import Paper as GivenPaper
from portal.payments.movements import Entry, EntryRefusal, enter, withdraw
from portal.payments.rules.balance import Kind
from portal.receipts.drafting import Texts
from portal.receipts.granting import grant
from portal.receipts.issuing import Refused, issue, issue_again
from portal.receipts.papers import request_delivery_note, request_statement
from portal.receipts.return_invoices import Refund, ReturnRefusal, issue_return
from portal.receipts.voiding import void

Paper = TypeVar("Paper", Receipt, ReturnInvoice, MoneyMovement)
TEXTS = Texts("株式会社アクメ", "御中", "お茶代として", "ja")


def given(paper: Paper | Refused | ReturnRefusal | EntryRefusal) -> Paper:
    """Return the paper; raise TypeError if it was refused, as these rows are such that it is not."""
    if isinstance(paper, Refused | ReturnRefusal | EntryRefusal):
        raise TypeError(paper)
    return paper


class Ordering(Rows):
    def orders(self) -> None:
        maker, shop, now = self.maker, self.shop, self.now
        parcel = maker.shipment(self.order, requested_on=maker.day(1), **PARCEL)
        self.add(ShipmentItem(**self.of_shop, shipment_id=parcel.id, order_line_id=self.order.lines[0].id, quantity=1))
        self.add(
            TrackingEvent(
                **self.of_shop, shipment_id=parcel.id, occurred_at=now, state="held", words="保管中", place="梅田"
            )
        )
        dates = {"requested_on": maker.day(1), "next_delivery_on": maker.day(24)}
        for name, value in (FULL_ORDER | dates).items():
            setattr(self.order, name, value)
        held = maker.refused_order(self.subscription, self.card, "S-2")
        deferred = maker.order(shop, "D-1", payment_method="NP後払い", next_payment_method="代金引換", status="on_hold")
        deferred.deferred_state, deferred.needs_attention = "cancel_asked", "deferred_ng"
        deferred.payment_state, deferred.payment_state_words = "unread", "確認中"
        coded = [dict(line, product_code="T-300") for line in DEAR]
        summed = maker.order(shop, "F-1", lines=coded, needs_attention="changed_after_receipt", **SUMS)
        summed.total += 500 + 330 + 100 - 100 - 200 - 300
        maker.shipment(summed, status="waiting", tracking_number="", shipped_on=None, held_for_bundling=True)
        canceled = maker.order(shop, "C-1", status="cancelled", cancelled_at=now)
        returned = maker.order(
            shop, "R-1", status="returned", returned_at=now, payment_state="refunded", refunded=3_280
        )
        bare = maker.order(shop, "N-1", email="", email_key="", buyer_kana="", phone="", payment_method="")
        bare.unusable, bare.status_words = "name,email", "取置中"
        orders = (self.order, held, deferred, summed, canceled, returned, bare)
        self.ids["order_id"] = [one.id for one in orders]
        of_shop = self.of_shop | {"created_at": now}
        waiting = BundleCandidate(match_key="waiting", **of_shop)
        merged = BundleCandidate(match_key="merged", state="bundled", decided_at=now, shipment_id=parcel.id, **of_shop)
        first = self.keep("candidate_id", waiting, merged)
        for order in (self.order, bare):
            self.add(BundleOrder(**self.of_shop, order_id=order.id, candidate_id=first))

    def papers(self) -> None:
        self.receipt = receipt = self._issued(self.order, self.now)
        invoice = issue_return(
            self.session,
            shop=self.shop,
            order=self.order,
            receipt=receipt,
            refund=Refund({10: 11_000}, self.maker.today, "急須 青磁"),
            issue_key=UUID(int=1),
            actor=self.clerk,
            now=self.now,
        )
        self._money()
        grant(self.session, receipt, seen=0, actor=self.clerk, now=self.now)
        voucher = {
            "name": "商品券",
            "quantity": 1,
            "unit_price": 500,
            "amount": 500,
            "tax_rate": 0,
            "untaxed": "exempt",
        }
        again = self.maker.order(self.shop, "V-1", lines=[*DEAR, voucher])
        self.maker.shipment(again, tracking_number="123456789024")
        earlier = self.now - timedelta(hours=2)
        voided = self._issued(again, earlier)
        void(self.session, voided, reason="宛名の書き間違い", actor=self.clerk, now=earlier)
        anew = self._issued(again, earlier)
        anew.replaces_id = voided.id
        # Only a paper that was printed is issued again.
        anew.rendition.stored_at = earlier
        copy = issue_again(
            self.session,
            shop=self.shop,
            order=again,
            receipt=anew,
            verify_url=self.verify_url,
            actor="buyer:1",
            now=self.now,
        )
        anew.rendition.stored_at = None
        self.ids["receipt_id"] = [one.id for one in (receipt, voided, anew, given(copy))]
        self.ids["invoice_id"] = [given(invoice).id]
        for request in (request_statement, request_delivery_note):
            request(self.session, self.shop, self.order, full_contact(self.order), self.now)
        self.ids["paper_id"] = list(self.session.scalars(select(GivenPaper.id).filter_by(shop_id=self.shop.id)))

    def _money(self) -> None:
        today, total = self.maker.today, self.order.total
        came = Entry(Kind.PAYMENT, today, total - 10_000, {}, "銀行振込")
        by_card = Entry(Kind.PAYMENT, today, 10_000, {}, "クレジットカード")
        back = Entry(Kind.REFUND, today, 11_000, {10: 11_000}, "銀行振込", "急須 青磁", "注ぎ口が欠けていた")
        twice = Entry(Kind.PAYMENT, today, 1, {}, "現金")
        rows = [
            given(enter(self.session, self.order, entry, entry_key=UUID(int=key), actor=self.clerk, now=self.now))
            for key, entry in enumerate((came, by_card, back, twice))
        ]
        withdraw(self.session, self.order, rows[-1], actor=self.clerk, now=self.now)
        self.ids["movement_id"] = [one.id for one in rows]

    def _issued(self, order: Order, at: datetime) -> Receipt:
        outcome = issue(
            self.session,
            shop=self.shop,
            order=order,
            texts=TEXTS,
            verify_url=self.verify_url,
            actor="buyer:1",
            now=at,
        )
        return given(outcome)

    def matters(self) -> None:
        now, order_id = self.now, self.order.id
        of_order = self.of_shop | {"order_id": order_id}
        of_both = of_order | {"subscription_id": self.subscription.id}
        asked = BuyerRequest(**of_order, kind="other", text="届けてほしい", reply_to="a@example.jp", created_at=now)
        answered = BuyerRequest(**of_both, kind="subscription", text="休みたい", created_at=now)
        answered.answer, answered.answered_at, answered.answered_by = "承りました", now, self.clerk
        withdrawn = BuyerRequest(**of_both, kind="cancellation", created_at=now, answered_at=now, withdrawn_at=now)
        stopping = BuyerRequest(**of_both, kind="cancellation", text="飲みきれない", created_at=now)
        self.keep("request_id", asked, answered, withdrawn, stopping)
        change = SubscriptionChange(
            **self.of_shop,
            subscription_id=self.subscription.id,
            number=f"{self.maker.today:%y%m%d}-ABCDEF",
            kind="next_date",
            outcome="done",
            facts={"next_delivery_on": [f"{self.maker.day(24)}", f"{self.maker.day(29)}"]},
            request_id=answered.id,
            actor="buyer:1",
            at=now,
        )
        self.keep("change_id", change)
        self.keep("mail_id", *(self._mail(state) for state in ("failed", "sent", "queued")))
        self.add(
            MailText(
                **self.of_shop,
                message="shipped",
                language="ja",
                subject="発送",
                body="発送しました",
                updated_at=now,
            )
        )

    def _mail(self, state: str) -> OutboxMail:
        return OutboxMail(
            **self.of_shop,
            order_id=self.order.id,
            message="receipt_file",
            message_id=f"<{state}@{self.shop.slug}.example.jp>",
            sender=self.shop.mail_from,
            recipient=self.maker.buyer["email"],
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
