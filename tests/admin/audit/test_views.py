"""変更履歴: who did what, in words."""

import ast
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin.audit.history import history_of, history_of_order
from admin.audit.values import FIELDS
from admin.audit.words import ACTIONS, GROUPS
from portal import audit, trail
from portal.models import AuditValue, Card, ListedAddress, Order, Shipment, Shop, Staff, Subscription
from portal.models.base import Base
from portal.trail import Question
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.ledger_rows import add_receipts

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "admin/audit/words.py"
PATH = "/admin/shops/sakura/audit"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
NO_ACTIONS = re.compile(r"admin\..*|.*\.(css|html|js|py|svg|toml|txt|png|pdf|csv|json)")


def actions_in(module: Path) -> set[str]:
    """Return the texts like `noun.verb` in a module that writes to the audit or hands an action on to one that does."""
    source = module.read_text(encoding="utf-8")
    if "audit" not in source and "note_look" not in source:
        return set()
    texts = {str(node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {text for text in texts if ACTION.fullmatch(text) and not NO_ACTIONS.fullmatch(text)}


def test_every_action_that_is_written_has_words() -> None:
    modules = {*ROOT.glob("portal/**/*.py"), *ROOT.glob("admin/**/*.py")} - {*ROOT.glob("portal/models/*.py")}
    written = {action: path for path in modules for action in actions_in(path) if path != WORDS}
    # The code builds these names from the decision.
    written |= {
        f"bundle.{state}": ROOT / "portal/shipments/bundling.py" for state in ("bundled", "declined", "dissolved")
    }
    assert len(written) > 50
    without = {action: str(path.relative_to(ROOT)) for action, path in written.items() if action not in ACTIONS}
    assert not without, f"say in admin/audit/words.py what these are called: {without}"


def test_no_action_is_offered_twice() -> None:
    offered = [action for _noun, group in GROUPS for action in group]
    assert [action for action, times in Counter(offered).items() if times > 1] == []


@pytest.fixture
def suzuki(cast: Cast, shop: Shop) -> Staff:
    return cast.staff(shop, role=Role.MANAGER)


class Notes:
    """Writer of audit entries for one shop, a minute apart."""

    def __init__(self, session: Session, shop: Shop, clock: Clock) -> None:
        self.session, self.shop, self.clock = session, shop, clock

    def __call__(self, actor: str, action: str, subject: tuple[str, object], **changes: audit.Change) -> None:
        now = self.clock.forward(minutes=1)
        audit.record(
            self.session,
            shop_id=self.shop.id,
            actor=actor,
            action=action,
            subject=subject,  # type: ignore[arg-type]
            now=now,
            changes=changes,
        )


@pytest.fixture
def note(session: Session, shop: Shop, clock: Clock) -> Notes:
    return Notes(session, shop, clock)


def test_the_record_says_who_did_what_with_what_was_before_and_after(
    client: FlaskClient, session: Session, order: Order, suzuki: Staff, note: Notes
) -> None:
    note(f"staff:{suzuki.id}", "order.updated", ("order", order.id), buyer_name=("山田 花子", "山田 桜"))
    note("buyer:01a2018e-7926-7370-9747-63479e793c88", "login.succeeded", ("order", order.id))
    note("job:refresh_bundles", "order.status_derived", ("order", order.id))
    note("cli", "order.created", ("order", order.id))
    session.commit()
    sign_in(client, suzuki)
    page = client.get(PATH).text
    for words in (
        "鈴木 一郎",
        "注文の内容を更新した",
        "購入者名",
        "山田 花子 → 山田 桜",
        "A-10234",
        "購入者</td>",
        "自動処理",
        "システム管理者",
    ):
        assert words in page, words
    assert page.index("注文を取り込んだ</td>") < page.index("注文の内容を更新した</td>"), "newest first"


def test_what_the_demo_filled_in_is_called_that(session: Session, shop: Shop, order: Order, note: Notes) -> None:
    note("demo", "order.created", ("order", order.id))
    (line,) = history_of(session, shop, ("order", order.id))
    assert line.who == "デモデータ"


def test_values_that_were_erased_are_said_to_be_gone(
    client: FlaskClient, session: Session, order: Order, suzuki: Staff, note: Notes
) -> None:
    note("cli", "order.updated", ("order", order.id), buyer_name=("山田 花子", "山田 桜"))
    session.execute(delete(AuditValue))
    session.commit()
    sign_in(client, suzuki)
    page = client.get(PATH).text
    assert "消去済み" in page
    assert "購入者名" in page
    assert "山田" not in page


def test_it_is_narrowed_by_person_action_order_and_day(
    client: FlaskClient, session: Session, cast: Cast, order: Order, suzuki: Staff, note: Notes, clock: Clock
) -> None:
    (receipt,) = add_receipts(session, order, [{}])
    other = cast.order(cast.session.get_one(Shop, order.shop_id), "B-1")
    me = f"staff:{suzuki.id}"
    note(me, "order.held", ("order", order.id))
    note(me, "order.put_back", ("order", other.id))
    note("buyer:x", "receipt.issued", ("receipt", receipt["id"]))
    clock.forward(days=2)
    note("cli", "order.updated", ("order", order.id))
    session.commit()
    sign_in(client, suzuki)

    client.get(PATH)  # is itself written to the audit

    def rows(query: str) -> int:
        return client.get(f"{PATH}?{query}").text.count("<time")

    assert rows(f"actor={me}") == 3
    assert rows("actor=buyer") == 1
    assert rows("actor=cli") == 1
    assert rows("action=order.held") == 1
    assert rows("order_code=a－10234") == 3
    assert rows("order_code=Z-1") == 0
    assert rows("until=2026-11-21") == 3
    assert rows("since=2026-11-22") == 2
    assert rows("since=2026-11-22&order_code=A-10234") == 1
    assert rows(f"actor={me}&order_code=B-1&action=order.put_back") == 1
    assert client.get(f"{PATH}?actor=staff:somebody").status_code == 422
    assert client.get(f"{PATH}?after=nonsense").status_code == 200


def test_pages_go_on_where_the_last_one_ended(session: Session, order: Order, shop: Shop, clock: Clock) -> None:
    """Entries of one and the same instant are paged correctly too."""
    for _ in range(23):
        audit.record(
            session, shop_id=shop.id, actor="cli", action="order.updated", subject=("order", order.id), now=clock()
        )
    seen = []
    after = None
    while lines := trail.search(session, shop.id, Question(), after=after, limit=5):
        seen += [line.id for line in lines]
        after = trail.Cursor.read(str(trail.Cursor(lines[-1].at, lines[-1].id)))
        audit.record(
            session,
            shop_id=shop.id,
            actor="cli",
            action="order.updated",
            subject=("order", order.id),
            now=clock() + timedelta(hours=1),
        )
    assert len(seen) == len(set(seen)) == 23


def test_the_history_of_an_order_holds_that_of_its_receipts(
    app: Flask, session: Session, cast: Cast, shop: Shop, order: Order, note: Notes
) -> None:
    (receipt,) = add_receipts(session, order, [{}])
    parcel = cast.shipment(order)
    other = cast.order(shop, "B-1")
    note("cli", "order.created", ("order", order.id))
    note("cli", "order.created", ("order", other.id))
    note("buyer:x", "receipt.issued", ("receipt", receipt["id"]))
    note("job:x", "shipment.created", ("shipment", parcel.id))
    session.commit()
    with app.test_request_context("/admin/"):
        told = [line.what for line in history_of_order(session, shop, order.id)]
        assert told == ["出荷を登録した", "領収書を発行した", "注文を取り込んだ"]
        names = [line.name for line in history_of_order(session, shop, order.id)]
        assert names == [f"荷物 {parcel.tracking_number}".strip(), "領収書 00000001", ""], (
            "its own name stands on the page"
        )
        (line,) = history_of(session, shop, ("receipt", receipt["id"]))
        assert line.who == "購入者"
        assert history_of(session, shop) == []


def test_the_record_is_the_managers_and_the_shops_own(
    client: FlaskClient, session: Session, cast: Cast, order: Order, note: Notes
) -> None:
    note("cli", "order.updated", ("order", order.id), buyer_name=("山田 花子", "山田 桜"))
    momiji = cast.shop("momiji", name="もみじ堂")
    sato = cast.staff(momiji, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
    operator = cast.staff(session.get_one(Shop, order.shop_id), role=Role.OPERATOR)
    session.commit()
    sign_in(client, sato)
    theirs = client.get("/admin/shops/momiji/audit").text
    assert "山田" not in theirs
    assert "A-10234" not in theirs
    assert client.get(PATH).status_code == 404
    sign_in(client, operator)
    assert client.get(PATH).status_code == 403


BRANCHES = [
    ("cycle", "months:1@31", "weeks:2", ["毎月末日", "2週間ごと"]),
    ("delivery_to", "buyer", "own", ["購入者と同じ", "この定期購入だけの住所"]),
    ("suspended_at", None, "2026-11-21 15:30:00+00:00", ["2026/11/22 0:30"]),
    ("next_delivery_on", "2026-12-31", "2027-01-04", ["2026年12月31日(木)", "2027年1月4日(月)"]),
    (
        "items",
        None,
        "T-1 | 煎茶 | 2 × 900/1080円 | 8% | remaining 4 | commitment 3 | gift | months:1@31 → months:2@31",
        ["煎茶　2個　初回 ¥900、2回目から ¥1,080　税率8%　残り4回　お約束 3回　おまけ　毎月末日 → 2か月ごとの末日"],
    ),
    ("card_id", None, "01a22f7c-1909-761a-a8e4-253bc04091bc", ["削除済み"]),
    ("points_use", "none", "always", ["利用しない", "毎回利用する"]),
    ("attention_reason", "", "late", ["お届け日を過ぎた注文が、確認を待っています。"]),
    ("needs_attention", "", "rates_unknown", ["税率の分からない商品か送料があります。"]),
    ("needs_attention", "False", "True", ["いいえ", "はい"]),
    ("requested_slot", "", "1416", ["14時〜16時"]),
    ("amount", "0", "52000", ["¥0", "¥52,000"]),
    ("number", None, "5", ["00000005"]),
]
CODE = re.compile(r"months:|weeks:|commitment|remaining|gift|\bown\b|\bbuyer\b|\+00:00|[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.mark.parametrize(
    ("field", "before", "after", "expected"), BRANCHES, ids=[f"{field}-{after}" for field, _b, after, _e in BRANCHES]
)
def test_values_read_as_on_the_pages(
    app: Flask,
    session: Session,
    shop: Shop,
    order: Order,
    note: Notes,
    field: str,
    before: str,
    after: str,
    expected: list[str],
) -> None:
    note("cli", "subscription.changed", ("order", order.id), **{field: (before, after)})
    with app.test_request_context("/admin/"):
        ((change,),) = [line.changes for line in history_of(session, shop, ("order", order.id))]
    assert [words for words in (change.before, change.after) if words] == expected
    assert not CODE.search(f"{change.field} {change.before} {change.after}")


def test_a_card_is_told_by_what_stands_on_it(
    app: Flask, session: Session, cast: Cast, shop: Shop, order: Order, note: Notes
) -> None:
    card = cast.card(shop)
    note("cli", "subscription.changed", ("order", order.id), card_id=(None, card.id))
    with app.test_request_context("/admin/"):
        ((change,),) = [line.changes for line in history_of(session, shop, ("order", order.id))]
    assert change.after == f"{card.brand} {card.last4}"


@pytest.mark.parametrize("model", [Subscription, Order, Shipment, ListedAddress, Card])
def test_every_column_that_can_change_has_a_label(model: type[Base]) -> None:
    kept = {"id", "shop_id", "created_at", "updated_at", "version", "search_keys", "content_digest", "code_key"}
    kept |= {"set_by_staff", "subscription_id", "gateway", "reference", "customer_reference"}
    kept |= {"told_expiring", "told_expired"}
    assert {column.key for column in model.__table__.columns} - kept - set(FIELDS) == set()


def test_the_subject_is_named_and_linked(
    client: FlaskClient, session: Session, cast: Cast, shop: Shop, suzuki: Staff, note: Notes
) -> None:
    subscription = cast.subscription(shop)
    note("cli", "subscription.changed", ("subscription", subscription.id), memo=("", "電話"))
    session.commit()
    sign_in(client, suzuki)
    page = client.get(PATH).text
    assert re.search(
        rf'<a href="/admin/shops/sakura/subscriptions/{subscription.id}" data-row[^>]*>定期購入 {subscription.number}</a>',
        page,
    )


def test_actions_are_offered_by_group(
    client: FlaskClient, session: Session, suzuki: Staff, order: Order, note: Notes
) -> None:
    note("cli", "order.held", ("order", order.id))
    note("cli", "card.added", ("order", order.id))
    session.commit()
    sign_in(client, suzuki)
    page = client.get(PATH).text
    assert "注文を保留にした</option>" not in page
    assert page.count("<option") < 30
    (group,) = re.findall(r'<option value="(\d+)">注文</option>', page)
    page = client.get(f"{PATH}?group={group}").text
    assert "注文を保留にした</option>" in page
    assert "注文を保留にした</td>" in page
    assert "カードを登録した</td>" not in page
