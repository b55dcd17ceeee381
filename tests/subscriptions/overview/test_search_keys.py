"""The keys by which the search box finds a subscription."""

import pytest
from sqlalchemy.orm import Session

from portal.orders.search import terms
from tests.cast import Cast


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "0000000077",
            "77-A",
            "EC-5501",
            "山田",
            "花子",
            "やまだ",
            "hanako",
            "yamada hanako",
            "090-1234-5678",
            "5678",
        ),
        *("hanako@example.jp", "煎茶", "やぶきた", "100g", "鈴木", "煎茶 100g"),
    ],
)
def test_it_is_found_by(typed: str, session: Session, cast: Cast) -> None:
    number = "77-A" if typed == "77-A" else "0000000077"
    subscription = cast.subscription(cast.shop(), number, external_number="EC-5501", recipient_name="鈴木 次郎")
    assert found(subscription.search_keys, typed)


def test_what_is_changed_is_found_by_its_new_words_only(session: Session, cast: Cast) -> None:
    subscription = cast.subscription(cast.shop())
    session.commit()
    subscription.buyer_name, subscription.buyer_kana = "田中 一", "タナカ ハジメ"
    subscription.items[0].name = "ほうじ茶 200g"
    session.flush()
    assert found(subscription.search_keys, "田中")
    assert found(subscription.search_keys, "ほうじ茶")
    assert not found(subscription.search_keys, "山田")
    assert not found(subscription.search_keys, "煎茶")


def found(keys: str, typed: str) -> bool:
    """Return whether the list would find it: by the beginning of a key, for the whole text or for each of its words."""
    parsed = terms.parse(typed)
    assert parsed is not None

    def fits(one_of: tuple[str, ...]) -> bool:
        return any(f"\n{beginning}" in keys for beginning in one_of)

    return fits(parsed.whole) or (bool(parsed.words) and all(map(fits, parsed.words)))
