"""カードの期限: which buyers must be told of an expiring card, and what they are told."""

from sqlalchemy import select

from portal.models import OutboxMail
from tests.admin.subscriptions.desk import Desk, plain


def card_of(desk: Desk, number: str, expires: str, last4: str) -> str:
    card = desk.cast.card(desk.shop, expires=expires, last4=last4, reference=last4)
    desk.subscription(number, payment_method="クレジットカード", card_id=card.id)
    return str(card.id)


def mails(desk: Desk) -> list[OutboxMail]:
    desk.session.rollback()
    return list(desk.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_cards_that_are_over_or_soon_will_be_are_listed(desk: Desk) -> None:
    card_of(desk, "0000000001", "2026-10", "1111")
    card_of(desk, "0000000002", "2026-12", "2222")
    card_of(desk, "0000000003", "2028-12", "3333")
    words = plain(desk.get("cards"))
    assert "下4桁 1111 2026/10 切れています" in words
    assert "下4桁 2222 2026/12 もうすぐ切れます" in words
    assert "3333" not in words


def test_nothing_to_tell_says_so(desk: Desk) -> None:
    assert "定期購入はありません。" in desk.get("cards")
    assert desk.client.get("/admin/shops/sakura/subscriptions/cards/mails").status_code == 303


def test_several_are_told_in_the_shops_words_after_a_look(desk: Desk) -> None:
    keys = [card_of(desk, "0000000001", "2026-10", "1111"), card_of(desk, "0000000002", "2026-12", "2222")]
    words = plain(desk.get("cards/mails", card=keys))
    assert "送る先（2人）" in words
    assert "hanako@example.jp" in words
    assert mails(desk) == []
    address = "&".join(f"card={key}" for key in keys)
    desk.send("cards/mails", of=f"cards/mails?{address}", card=keys)
    assert [mail.message for mail in mails(desk)] == ["card_expired", "card_expiring"]
    assert plain(desk.get("cards")).count("済み") == 2


def test_one_is_told_in_words_of_its_own(desk: Desk) -> None:
    key = card_of(desk, "0000000001", "2026-10", "1111")
    page = desk.get("cards/mails", card=key)
    assert "1111" in page[page.index("<textarea") :]
    desk.send("cards/mails", of=f"cards/mails?card={key}", card=key, subject="カードのこと", body="お電話の件です。")
    (mail,) = mails(desk)
    assert (mail.subject, mail.body_text.strip()) == ("カードのこと", "お電話の件です。")


def test_a_text_that_cannot_be_sent_is_refused(desk: Desk) -> None:
    key = card_of(desk, "0000000001", "2026-10", "1111")
    page = desk.send(
        "cards/mails", of=f"cards/mails?card={key}", status=422, card=key, subject="", body="{なし} のこと"
    )
    assert "送っていません。" in page
    assert "{なし} のこと" in page
    assert mails(desk) == []
