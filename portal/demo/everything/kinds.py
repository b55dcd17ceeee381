"""A shop in which everything that may be missing is there at least once.

The demo shows it to people; the walks over the routes and the tours with a browser open every page of it.
`tests/demo/test_everything.py` fails when a table, or a reference that may be empty, has no row here.
"""

from datetime import timedelta

from portal.demo.everything.maker import Maker
from portal.demo.everything.ordering import Ordering
from portal.demo.everything.rows import DEAR
from portal.demo.everything.subscribing import Subscribing
from portal.models import (
    BuyerSession,
    ClosedDay,
    Export,
    Heartbeat,
    ImportRow,
    ImportRun,
    LoginCode,
    LoginFailure,
    LoginLock,
    OfferedItem,
    ProductTaxRate,
    RecoveryCode,
    SessionOrder,
    Shop,
    ShopMapping,
    StaffLink,
    StaffLock,
    StaffSession,
)
from portal.receipts.writing import VerifyUrl


class EveryKind(Subscribing, Ordering):
    """Rows of every kind of one shop; `ids` holds those of each name that an address may carry, the fullest first."""

    def __init__(self, maker: Maker, shop: Shop, verify_url: VerifyUrl) -> None:
        super().__init__(maker, shop, verify_url)
        self.order = maker.order(shop, lines=[dict(line) for line in DEAR])
        self.subscriptions()
        self.orders()
        self.papers()
        self.matters()
        # No token has it, so that it opens nothing.
        self.digest = f"everything-{shop.slug}"
        self._files()
        self._settings()
        self._visits()

    def _files(self) -> None:
        of_shop, now = self.of_shop, self.now
        mapping = ShopMapping(**of_shop, kind="orders", name="自社", data={"fields": {}}, updated_at=now)
        mapping_id = self.keep("mapping_id", mapping)
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
        run_id = self.keep("run_id", run)
        self.add(
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
        self.keep("export_id", *exports)

    def _settings(self) -> None:
        of_shop = self.of_shop
        self.keep("product_rate_id", ProductTaxRate(**of_shop, product_code="T-1", rate=8))
        item = {"product_code": "T-200", "name": "ほうじ茶", "price": 980, "tax_rate": 8, "position": 1}
        self.keep("item_id", OfferedItem(**of_shop, **item))
        self.add(ClosedDay(**of_shop, day=self.maker.day(40), note="年末"))

    def _visits(self) -> None:
        of_shop, now = self.of_shop, self.now
        until = {"locked_until": now + timedelta(hours=1), "counted_from": now}
        self.keep("lock_id", LoginLock(**of_shop, subject=self.digest, via="code", **until))
        self.add(LoginFailure(**of_shop, code_digest=self.digest, via="code", address="192.0.2.1", at=now))
        visit = BuyerSession(**of_shop, token_digest=self.digest, created_at=now, seen_at=now, opened_by=self.staff_id)
        visit_id = self.add(visit)
        of_visit = of_shop | {"session_id": visit_id, "order_id": self.order.id}
        self.add(SessionOrder(**of_visit, proved_at=now))
        self.add(LoginCode(**of_visit, email_key=self.maker.buyer["email_key"], code_digest=self.digest, sent_at=now))
        session = StaffSession(
            staff_id=self.staff_id, token_digest=self.digest, created_at=now, seen_at=now, browser="Firefox"
        )
        self.keep("session_id", session)
        self.add(RecoveryCode(staff_id=self.staff_id, code_digest=self.digest))
        self.add(StaffLink(staff_id=self.staff_id, token_digest=self.digest, sent_at=now, expires_at=now))
        self.add(StaffLock(subject=self.digest, failures=1, **until))
        self.session.merge(Heartbeat(part="worker", at=now))
