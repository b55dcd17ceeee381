"""Staff's search for orders on both databases: PostgreSQL looks in its table of keys, SQLite at each order."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, Rendition, Shop
from portal.orders import search
from portal.orders.search import Cursor, Filters, Page, Payment, SearchTerms, finding, parse
from portal.receipts import ledger
from portal.values import search_keys
from portal.values.search_keys import SEPARATOR
from portal.values.states import OrderStatus
from tests.cast import HANAKO, TARO, Cast

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


def receipt(session: Session, order: Order, number: int) -> None:
    """Store a receipt of which only the number matters."""
    day, once = NOON.date(), uuid4().hex
    own = {"shop_id": order.shop_id}
    paper = Rendition(**own, kind="receipt", digest=once, document={}, requested_at=NOON, next_try_at=NOON, attempts=0)
    session.add(paper)
    session.flush()
    facts = {"issued_by": "buyer", "issued_at": NOON, "issued_on": day, "transaction_on": day, "snapshot": {}}
    who = {"counterparty": "", "counterparty_key": "", "amount": 1, "public_token": once}
    session.add(Receipt(**own, order_id=order.id, number=number, rendition_id=paper.id, **facts, **who))
    session.flush()


def fits(terms: SearchTerms, order_keys: str, *, by_words: bool) -> bool:
    """Return whether an order with these keys matches, by the rule itself."""
    groups = terms.words if by_words else (terms.whole,)
    return bool(groups) and all(any(SEPARATOR + key in order_keys for key in group) for group in groups)


def codes(page: Page) -> list[str]:
    return [hit.code for hit in page.hits]


def typed(session: Session, shop: Shop, text: str) -> list[str]:
    return codes(search.find(session, [shop.id], parse(text)))


NAMES = [
    # (name of the buyer, kana, typed text, found)
    ("山田 花子", "ヤマダ ハナコ", "山田 花子", True),
    ("山田 花子", "ヤマダ ハナコ", "山田花子", True),
    ("山田 花子", "ヤマダ ハナコ", "山田　花子 様", True),
    ("山田 花子", "ヤマダ ハナコ", "山田", True),
    ("山田 花子", "ヤマダ ハナコ", "山", True),
    ("山田 花子", "ヤマダ ハナコ", "花子", True),
    ("山田 花子", "ヤマダ ハナコ", "花子 山田", True),
    ("山田 花子", "ヤマダ ハナコ", "やまだはなこ", True),
    ("山田 花子", "ヤマダ ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ", True),
    ("山田 花子", "ヤマダ ハナコ", "はな", True),
    ("山田 花子", "ヤマダ ハナコ", "yamada hanako", True),
    ("山田 花子", "ヤマダ ハナコ", "Ｈａｎａｋｏ ＹＡＭＡＤＡ", True),
    ("山田 花子", "ヤマダ ハナコ", "yamad", True),
    ("山田 花子", "ヤマダ ハナコ", "山田 はなこ", True),
    ("山田 花子", "ヤマダ ハナコ", "山田はなこ", True),
    ("山田 花子", "ヤマダ ハナコ", "やまだ花子", True),
    ("山田花子", "やまだはなこ", "花子", True),
    ("田中実", "タナカ ミノル", "実", True),
    ("髙橋 一郎", "タカハシ イチロウ", "高橋", True),
    ("高橋 一郎", "タカハシ イチロウ", "髙橋一郎", True),
    ("渡邉 健", "ワタナベ ケン", "渡辺", True),
    ("吉田\u3000 誠", "ヨシダ マコト", "𠮷田 誠", True),
    ("佐藤 優子", "サトウ ユウコ", "satoh yuko", True),
    ("佐藤 優子", "サトウ ユウコ", "さとう", True),
    ("大野 淳一", "オオノ ジュンイチ", "Ohno Jun'ichi", True),
    ("服部 京子", "ハツトリ キヨウコ", "はっとり きょうこ", True),
    ("服部 京子", "ハットリ キョウコ", "hattori kyoko", True),
    ("松下 千鶴", "マツシタ チヅル", "matsushita chizuru", True),
    ("松下 千鶴", "マツシタ チヅル", "まつした ちずる", True),
    ("やまだ はなこ", "", "yamada", True),
    ("やまだ はなこ", "", "ヤマダ", True),
    ("Hanako Yamada", "", "yamada hanako", True),
    ("HANAKO YAMADA", "", "やまだ", True),
    ("株式会社さくら商事", "サクラショウジ", "さくら商事", True),
    ("㈱さくら商事", "", "株式会社さくら商事", True),
    ("山田 花子", "ヤマダ ハナコ", "田花", False),
    ("山田 花子", "ヤマダ ハナコ", "山下", False),
    ("山田 花子", "ヤマダ ハナコ", "山田 太郎", False),
    ("山田 花子", "ヤマダ ハナコ", "やまもと", False),
    ("山田 花子", "ヤマダ ハナコ", "yamamoto", False),
    ("山田 花子", "", "株式会社", False),
]


@pytest.mark.parametrize(("name", "kana", "text", "found"), NAMES)
def test_a_name_is_found_in_any_script_from_the_beginning_of_either_part(
    name: str, kana: str, text: str, found: bool
) -> None:
    """Only the rule is tested here; tests below show that the databases follow it."""
    keys = search_keys.of_order({"code_key": "X", "buyer_name": name, "buyer_kana": kana})
    terms = parse(text)
    assert terms
    assert (fits(terms, keys, by_words=False) or fits(terms, keys, by_words=True)) is found


@pytest.fixture
def orders(cast: Cast, shop: Shop) -> dict[str, Order]:
    hanako = cast.order(shop, "A-10234", ordered_at=NOON)
    taro = cast.order(shop, "B-777", **TARO, ordered_at=NOON + timedelta(days=1))
    gift = cast.order(
        shop,
        "213310-20261118-0012345678",
        **TARO | {"email": "", "email_key": "", "phone": "+82 10-2345-6789"},
        ordered_at=NOON + timedelta(days=2),
        recipient_name="山田 花子",
        recipient_kana="やまだ はなこ",
        recipient_phone="９０１２３４５６７８",
    )
    cast.shipment(hanako, tracking_number="400012345675")
    receipt(cast.session, taro, number=12)
    cast.session.commit()
    return {"hanako": hanako, "taro": taro, "gift": gift}


GIFT, TAROS, HANAKOS = "213310-20261118-0012345678", "B-777", "A-10234"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("山田花子", [GIFT, HANAKOS]),
        ("はなこ", [GIFT, HANAKOS]),
        ("hanako", [GIFT, HANAKOS]),
        ("taro sato", [GIFT, TAROS]),
        ("A-10234", [HANAKOS]),
        ("a10234", [HANAKOS]),
        ("Ａ－１０２", [HANAKOS]),
        ("10234", [HANAKOS]),
        ("0234", [HANAKOS]),
        ("00123456", [GIFT]),
        ("2345678", [GIFT, HANAKOS]),
        ("213310-2026", [GIFT]),
        ("090-1234-5678", [GIFT, HANAKOS]),
        ("０９０（１２３４）５６７８", [GIFT, HANAKOS]),
        ("+81 90 1234 5678", [GIFT, HANAKOS]),
        ("0901234", [GIFT, HANAKOS]),
        ("080", [TAROS]),
        ("4321", [TAROS]),
        ("+82 10 2345", [GIFT]),
        ("hanako@example.jp", [HANAKOS]),
        ("Taro@Example", [TAROS]),
        ("400012345675", [HANAKOS]),
        ("4000-1234-5675", [HANAKOS]),
        ("４０００ １２３４ ５６７５", [HANAKOS]),
        ("00000012", [TAROS]),
        ("No.12", [TAROS]),
        ("領収書番号 12", [TAROS]),
        ("花子 5678", [GIFT, HANAKOS]),
        ("花子 taro", [GIFT]),
        ("さとう A-10", []),
        ("%", []),
        ("_", []),
        ("・・・", []),
        ("御手洗", []),
        ("9" * 100, []),
        ("山\ud7ff", []),
        ("\U0010ffff", []),
    ],
)
def test_one_box_decides_by_itself_what_was_typed(
    session: Session, shop: Shop, orders: dict[str, Order], text: str, found: list[str]
) -> None:
    assert typed(session, shop, text) == found


def test_nothing_typed_is_no_search(session: Session, shop: Shop, orders: dict[str, Order]) -> None:
    assert parse("") is None
    assert parse(" 　") is None
    assert codes(search.find(session, [shop.id])) == [GIFT, TAROS, HANAKOS]


def test_another_shops_orders_are_never_found(
    session: Session, cast: Cast, shop: Shop, orders: dict[str, Order]
) -> None:
    momiji = cast.shop("momiji", name="もみじ堂")
    theirs = cast.order(momiji, "A-10234")
    cast.shipment(theirs, tracking_number="400012345675")
    receipt(session, theirs, number=12)
    session.commit()
    for text in ("山田花子", "A-10234", "090-1234-5678", "hanako@example.jp", "400012345675", "No.12", "花子 5678"):
        page = search.find(session, [shop.id], parse(text))
        assert theirs.id not in [hit.id for hit in page.hits]
        terms = parse(text)
        assert terms
        hit = search.exact(session, [shop.id], terms)
        assert hit is None or hit.id != theirs.id
        both = search.find(session, [shop.id, momiji.id], parse(text))
        assert theirs.id in [hit.id for hit in both.hits]


def test_a_changed_order_is_found_as_it_is_now(session: Session, shop: Shop, orders: dict[str, Order]) -> None:
    order = orders["hanako"]
    order.buyer_name, order.buyer_kana = "鈴木 花子", "スズキ ハナコ"
    order.ordered_at = NOON + timedelta(days=300)
    session.commit()
    assert typed(session, shop, "すずき") == [HANAKOS]
    assert typed(session, shop, "山田") == [GIFT]
    assert typed(session, shop, "hanako") == [HANAKOS, GIFT]
    order.status = OrderStatus.RETURNED
    session.commit()
    assert typed(session, shop, "すずき") == [HANAKOS]
    session.delete(orders["taro"].lines[0])
    session.commit()
    assert typed(session, shop, "たろう") == [GIFT, TAROS]


def test_whole_numbers_lead_to_their_order(session: Session, cast: Cast, shop: Shop, orders: dict[str, Order]) -> None:
    def found(text: str) -> str | None:
        terms = parse(text)
        assert terms
        hit = search.exact(session, [shop.id], terms)
        return hit.code if hit else None

    assert found("a-10234") == HANAKOS
    assert found("4000-1234-5675") == HANAKOS
    assert found("00000012") == TAROS
    assert found("12") == TAROS
    assert found("A-1023") is None
    assert found("花子") is None
    cast.order(shop, "12-345")
    session.commit()
    assert found("No.12") == TAROS
    assert found("12") is None, "it may be the beginning of 12-345"
    orders["hanako"].code_live = False
    session.flush()
    cast.order(shop, "A-10234")
    session.commit()
    assert found("A-10234") is None, "two orders have had this code"


# --- filters ---------------------------------------------------------------------------------------------------------
def test_filters_narrow_with_and_without_a_search(
    session: Session, cast: Cast, shop: Shop, orders: dict[str, Order]
) -> None:
    orders["taro"].status = OrderStatus.ON_HOLD
    orders["gift"].needs_attention = "rates_unknown"
    orders["gift"].payment_method = "銀行振込"
    orders["taro"].payment_class = "shop"
    session.commit()

    def found(text: str = "", **chosen: object) -> list[str]:
        return codes(search.find(session, [shop.id], parse(text), Filters(**chosen)))  # type: ignore[arg-type]

    held, sent = frozenset({OrderStatus.ON_HOLD}), frozenset({OrderStatus.SHIPPED})
    assert found(statuses=held) == [TAROS]
    assert found(statuses=held | sent) == [TAROS, HANAKOS]
    assert found("花子", statuses=sent) == [HANAKOS]
    assert found("花子", statuses=held) == []
    assert found(attention=True) == [GIFT]
    assert found("花子", attention=True) == [GIFT]
    assert found("花子 太郎", attention=True) == [GIFT]
    transfer = {shop.id: Payment(("銀行振込",), "shop")}
    assert found(payment=transfer) == [GIFT, TAROS]
    assert found("太郎", payment=transfer) == [GIFT, TAROS]
    assert found(payment=transfer, statuses=held) == [TAROS]
    assert found(payment={shop.id: Payment(("クレジットカード",))}) == [TAROS, HANAKOS]
    assert found(payment={shop.id: Payment(("クレジットカード",), "card")}) == [HANAKOS]
    assert found(payment={shop.id: Payment()}) == []
    assert search.payment_words(session, shop.id) == ["クレジットカード", "銀行振込"]


def test_days_are_days_in_tokyo(session: Session, cast: Cast, shop: Shop) -> None:
    # These are 23:59 on the 17th and 00:00 on the 18th in Tokyo.
    cast.order(shop, "LATE", ordered_at=datetime(2026, 11, 17, 14, 59, tzinfo=UTC))
    cast.order(shop, "EARLY", ordered_at=datetime(2026, 11, 17, 15, 0, tzinfo=UTC))
    session.commit()
    the_18th = Filters(since=date(2026, 11, 18), until=date(2026, 11, 18))
    assert codes(search.find(session, [shop.id], None, the_18th)) == ["EARLY"]
    assert codes(search.find(session, [shop.id], parse("花子"), the_18th)) == ["EARLY"]
    assert codes(search.find(session, [shop.id], parse("花子"), Filters(until=date(2026, 11, 17)))) == ["LATE"]


# --- pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)


def _pages(session: Session, shop: Shop, text: str, filters: Filters | None = None) -> Iterator[Page]:
    page = search.find(session, [shop.id], parse(text), filters)
    yield page
    while page.older:
        page = search.find(session, [shop.id], parse(text), filters, page.older)
        yield page


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize("text", ["", "花子", "はなこ A"])
def test_pages_go_both_ways_and_leave_nothing_out(session: Session, cast: Cast, shop: Shop, text: str) -> None:
    # The orders are months apart, but two have the same instant.
    for number in range(8):
        cast.order(shop, f"A-{number}", ordered_at=NOON - timedelta(days=100 * (number // 2)))
    session.commit()
    pages = list(_pages(session, shop, text))
    assert [len(page.hits) for page in pages] == [3, 3, 2]
    everything = [hit.id for page in pages for hit in page.hits]
    assert len(set(everything)) == 8
    assert pages[0].newer is None
    assert pages[2].newer
    back = search.find(session, [shop.id], parse(text), None, pages[2].newer)
    assert back.hits == pages[1].hits
    assert back.newer
    assert search.find(session, [shop.id], parse(text), None, back.newer).hits == pages[0].hits


@pytest.mark.usefixtures("short_pages")
def test_where_few_of_many_pass_the_filters_the_rest_is_a_page_away(
    session: Session, cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_LOOKED_AT", 4)
    for number in range(12):
        status = OrderStatus.ON_HOLD if number in (5, 11) else OrderStatus.PICKING
        cast.order(shop, f"A-{number}", ordered_at=NOON - timedelta(days=number), status=status)
    session.commit()
    pages = list(_pages(session, shop, "花子", Filters(statuses=frozenset({OrderStatus.ON_HOLD}))))
    assert [code for page in pages for code in codes(page)] == ["A-5", "A-11"]
    assert pages[-1].older is None
    assert pages[-1].stopped_at is None


def test_a_place_survives_its_way_through_an_address(session: Session, orders: dict[str, Order], shop: Shop) -> None:
    place = search.Place(orders["taro"].ordered_at, orders["taro"].id)
    assert search.read_place(str(place)) == place
    page = search.find(session, [shop.id], None, None, Cursor(place))
    assert codes(page) == [HANAKOS]
    for broken in ("", "-", "1-", "x-y", "9" * 40 + "-" + "0" * 32, "1-" + "g" * 32):
        assert search.read_place(broken) is None


# --- against a slow filter -------------------------------------------------------------------------------------------
FAMILY = st.sampled_from(
    [("山田", "ヤマダ"), ("髙田", "タカダ"), ("小野", "オノ"), ("大野", "オオノ"), ("Smith", "スミス")]
)
FIRST = st.sampled_from(
    [("花子", "ハナコ"), ("華", "ハナ"), ("裕子", "ユウコ"), ("太郎", "タロウ"), ("John", "ジョン")]
)
TYPED = """山田 高 おの ohno はな hana 華 yuko s A-1 1 12 0901 1111 山田_裕子 ono_hanako h 山田はな a@ a@example 太郎_090 John_S
たろうやまだ スミス"""
TEXTS = st.sampled_from([text.replace("_", " ") for text in TYPED.split()])


@st.composite
def facts(draw: st.DrawFn) -> dict[str, str]:
    (family, family_kana), (first, first_kana) = draw(FAMILY), draw(FIRST)
    gap = draw(st.sampled_from(["", " ", "　"]))
    return {
        "buyer_name": f"{family}{gap}{first}",
        "buyer_kana": draw(st.sampled_from(["", f"{family_kana}{gap}{first_kana}"])),
        "recipient_name": draw(st.sampled_from(["", "山田 太郎"])),
        "phone": draw(st.sampled_from(["", "090-1111-1111", "03-1234-1111", "9012345678"])),
        "email_key": draw(st.sampled_from(["", "a@example.jp", "hana@example.jp"])),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(orders=st.lists(facts(), max_size=8), texts=st.lists(TEXTS, min_size=1, max_size=6), page=st.integers(1, 4))
def test_every_page_together_are_what_a_slow_filter_finds(
    session: Session, cast: Cast, orders: list[dict[str, str]], texts: list[str], page: int
) -> None:
    shop = cast.shop(f"shop-{datetime.now(UTC).timestamp()}".replace(".", "-"))
    made = [
        cast.order(shop, f"A-{number}", **HANAKO | {"ordered_at": NOON - timedelta(days=11 * (number % 5))} | order)
        for number, order in enumerate(orders, 1)
    ]
    session.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "PAGE", page)
        for text in texts:
            terms = parse(text)
            assert terms
            fitting = [order for order in made if fits(terms, order.search_keys, by_words=False)]
            fitting = fitting or [order for order in made if fits(terms, order.search_keys, by_words=True)]
            expected = sorted(fitting, key=lambda order: (order.ordered_at, order.id), reverse=True)
            found = [hit.id for page in _pages(session, shop, text) for hit in page.hits]
            assert found == [order.id for order in expected], text


def test_a_receipts_number_is_looked_for_as_it_is_printed() -> None:
    terms = parse(ledger.number_text(12))
    assert terms
    assert terms.receipt == 12
