"""さくら茶舗 with the demo's rows of every kind and more states of them, and もみじ堂, where nothing has happened yet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.rules.digests import token_digest
from portal.models import (
    BundleCandidate,
    BundleOrder,
    Export,
    ImportRow,
    ImportRun,
    LoginLock,
    Order,
    OutboxMail,
    Rendition,
    StaffLink,
)
from portal.values.roles import Role
from portal.values.states import OrderStatus, ShipmentStatus
from tests.browser.site import Site
from tests.browser.tours.subscription_stage import SubscriptionStage
from tests.browser.tours.tour import LINES, LONG_NAME, SECOND
from tests.cast import Cast
from tests.staff.people import with_app

TOKEN = "of-the-invitation-"
LONG_MAIL = "kaihatsubu.dainieigyoka.kobaigakari.hanako@kenkyujo.dentokogei.sokushinkyogikai.example.jp"
DEAR = 52_000
"""Yen that are enough for a return invoice and for the stamp duty of a printed receipt."""


class Stage:
    """The shops of the staff's tour; `ids` holds a row of each kind by a word, `orders` the orders by code."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.orders: dict[str, UUID] = {}
        self.ids: dict[str, UUID] = {}
        with site.cast() as cast:
            self.shop = cast.shop(slug=site.new_slug(), delivery_notes_allowed=True, bundling=True)
            self.empty = cast.shop(slug=site.new_slug(), name="もみじ堂", registration_number="")
            self.ruled = cast.shop(slug=site.new_slug(), name="さくら茶舗の定期購入")
            self.mails = {who: f"{who}@{self.shop.slug}.example.jp" for who in ("manager", "viewer", "app", "invited")}
            cast.rules(self.shop)
            self.kinds = cast.every_kind(self.shop)
            self._people(cast)
            self._orders(cast)
            self._matters(cast)
            self._files(cast)
            self.subscriptions = SubscriptionStage(cast, self.shop, self.kinds)

    def _keep(self, session: Session, name: str, row: Any) -> None:
        session.add(row)
        session.flush()
        self.ids[name] = row.id

    # --- who works here ----------------------------------------------------------------------------------------------
    def _people(self, cast: Cast) -> None:
        shops = (self.shop, self.empty, self.ruled)
        cast.staff(*shops, role=Role.MANAGER, email=self.mails["manager"])
        cast.staff(self.shop, role=Role.VIEWER, email=self.mails["viewer"], name=LONG_NAME)
        cast.staff(self.shop, role=Role.OPERATOR, name="高橋 三郎", **with_app(self.site.app, email=self.mails["app"]))
        invited = cast.staff(self.shop, email=self.mails["invited"], name="Kim Minsu", password_hash="")
        self.token = TOKEN + self.shop.slug
        link = {"token_digest": token_digest(self.token), "sent_at": cast.now}
        self._keep(
            cast.session, "link", StaffLink(staff_id=invited.id, expires_at=cast.now + timedelta(days=2), **link)
        )

    # --- orders ------------------------------------------------------------------------------------------------------
    def _orders(self, cast: Cast) -> None:
        self.orders["A-10234"] = self.kinds.order.id
        self.order(
            cast,
            "L-60",
            **SECOND,
            lines=LINES,
            discount=500,
            shipping_fee=800,
            payment_method="不明な払い",
            email=LONG_MAIL,
            email_key=LONG_MAIL,
            buyer_note="玄関の前に置いてください。" * 20,
        )
        canceled = {"status": OrderStatus.CANCELED, "cancelled_at": datetime(2026, 11, 19, tzinfo=UTC)}
        self.order(cast, "S-CANCELLED", shipped=False, **canceled)
        self.order(cast, "S-RETURN", status=OrderStatus.RETURN_PENDING, payment_method="後払い（コンビニ）")
        self.order(cast, "S-HELD", shipped=False, status=OrderStatus.ON_HOLD, payment_state="unpaid")
        self.order(cast, "S-NEW", shipped=False, needs_attention="amounts_do_not_add_up", email="", email_key="")
        lines = [
            {"name": name, "quantity": 1, "unit_price": 1_080, "amount": 1_080, "tax_rate": None}
            for name in ("煎茶 やぶきた 100g", "Matcha")
        ]
        self.order(cast, "R-UNKNOWN", lines=lines, needs_attention="rates_unknown", fee_rate=None, shipping_fee=500)
        self.order(cast, LONG_CODE, buyer_name=LONG_NAME, recipient_name=LONG_NAME, recipient_address="1-1 " * 30)
        dear = [{"name": "茶釜", "quantity": 1, "unit_price": DEAR, "amount": DEAR, "tax_rate": 10}]
        for code in ("P-1", "P-2", "P-3", "P-4"):
            self.order(cast, code, lines=dear)
        for number in range(1, 51):
            self.order(cast, f"W-{number}", shipped=False)

    def order(self, cast: Cast, code: str, *, shipped: bool = True, **facts: Any) -> Order:
        order = cast.order(self.shop, code=code, **facts)
        if shipped:
            cast.shipment(order)
        if "status" in facts:
            order.status = facts["status"]
        self.orders[code] = order.id
        return order

    # --- what waits for somebody -------------------------------------------------------------------------------------
    def _matters(self, cast: Cast) -> None:
        session, of_shop = cast.session, {"shop_id": self.shop.id}
        order_id = self.orders["A-10234"]
        of_order = of_shop | {"order_id": order_id, "created_at": cast.now}
        self.ids["request"], self.ids["answered"], *_, self.ids["stopping"] = self.kinds.ids["request_id"]
        for state in ("sent", "failed", "unknown"):
            self._keep(session, f"mail {state}", self._mail(of_order, state, cast.now))
        locked = {"level": 2, "locked_until": cast.now + timedelta(minutes=20), "counted_from": cast.now}
        for via, subject in (("code", "1"), ("address", "203.0.113.5"), ("address", "2001:db8:1234:5678::/64")):
            self._keep(session, f"lock {subject}", LoginLock(**of_shop, subject=subject, via=via, **locked))
        stuck = {"requested_at": cast.now, "next_try_at": cast.now + timedelta(days=300), "attempts": 5}
        paper = {"kind": "statement", "digest": "1", "document": {}, "failure": "TimeoutError"}
        self._keep(session, "paper", Rendition(**of_shop, **paper, order_id=order_id, **stuck))
        self._bundles(cast)

    def _mail(self, of_order: dict[str, Any], state: str, now: datetime) -> OutboxMail:
        return OutboxMail(
            **of_order,
            message="shipped",
            message_id=f"<{state}@example.jp>",
            sender="さくら茶舗 <shop@example.jp>",
            recipient=LONG_MAIL,
            subject="【さくら茶舗】お荷物を出荷しました (A-10234)",
            body_text="山田 花子 様\n\nお荷物を出荷しました。\nhttps://example.jp/" + "a" * 120,
            body_html="<!doctype html><html lang=ja><title>出荷</title><p>山田 花子 様<p>お荷物を出荷しました。</html>",
            state=state,
            attempts=1,
            last_error="" if state == "sent" else "SMTPRecipientsRefused: 550 5.1.1 User unknown",
            next_try_at=now,
            claimed_at=now,
            sent_at=now if state == "sent" else None,
        )

    def _bundles(self, cast: Cast) -> None:
        candidate = BundleCandidate(shop_id=self.shop.id, match_key="1", created_at=cast.now)
        self._keep(cast.session, "bundle", candidate)
        for number, slot in ((1, ""), (2, "14-16")):
            order = self.order(cast, f"B-{number}", shipped=False)
            held = {"status": ShipmentStatus.WAITING, "shipped_on": None, "held_for_bundling": True}
            cast.shipment(order, **held, requested_on=date(2026, 11, 24), requested_slot=slot, tracking_number="")
            row = BundleOrder(shop_id=self.shop.id, candidate_id=candidate.id, order_id=order.id)
            self._keep(cast.session, f"bundled {number}", row)

    # --- files -------------------------------------------------------------------------------------------------------
    def _files(self, cast: Cast) -> None:
        session, of_shop = cast.session, {"shop_id": self.shop.id}
        run = {"kind": "orders", "mapping": "generic", "file_sha256": "1", "actor": "cli", "started_at": cast.now}
        for state, facts in RUNS.items():
            name = {"file_name": f"注文_{state}_{'楽天本店_' * 6}1121.csv", "encoding": "cp932", "state": state}
            self._keep(session, state, ImportRun(**of_shop, **run, **name, **facts))
        told = {"order_code": "A-1002", "outcome": "refused", "column": "数量", "value": "0"}
        reason = "「0」は数量として読めません。1以上の整数で入れてください。"
        row = ImportRow(**of_shop, run_id=self.ids["done"], line=7, reason=reason, **told)
        self._keep(session, "row", row)
        asked = {"kind": "ledger", "question": {}, "encoding": "cp932", "actor": "cli", "requested_at": cast.now}
        later = cast.now + timedelta(days=300)
        for state, facts in EXPORTS.items():
            export = Export(**of_shop, **asked, once_key=f"tour {state}", next_try_at=later, state=state, **facts)
            self._keep(session, f"export {state}", export)


LONG_CODE = "SAKURA-CHAHO-ONLINE-2026-1118-000000010234-001"
NEVER = datetime(2027, 11, 21, tzinfo=UTC)
"""Time before which no worker tries these rows."""
AT_WORK = {"next_try_at": NEVER, "rows_total": 50_000, "rows_done": 12_345}
COUNTS = {"created": 12_300, "updated": 40, "unchanged": 5}
RUNS: dict[str, dict[str, Any]] = {
    "trying": AT_WORK | COUNTS,
    "queued": AT_WORK | {"rows_done": 0},
    "applying": AT_WORK | COUNTS,
    "done": COUNTS | {"refused": 1, "rows_total": 12_346, "rows_done": 12_346, "finished_at": NEVER},
    "refused": {"refusal": "ファイルの文字コードが分かりません。UTF-8かShift_JISで保存してください。"},
    "cancelled": {},
}
EXPORTS: dict[str, dict[str, Any]] = {
    "queued": {},
    "writing": {"done": 12_000, "total": 1_000_000},
    "done": {"done": 7, "total": 7, "size": 12_345, "lost": 3, "finished_at": NEVER},
    "failed": {"finished_at": NEVER},
    "expired": {"done": 7, "finished_at": NEVER},
}
