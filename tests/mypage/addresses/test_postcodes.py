"""What a postcode fills in: the prefecture and the town."""

from tests.admin.settings.forms_as_sent import fields_of
from tests.mypage.addresses.address_pages import SAPPORO
from tests.mypage.subscribers import Subscriber, hidden


def test_without_javascript_a_button_fills_in_what_is_empty(hanako: Subscriber) -> None:
    page = hanako.preview("address", {"fill": "1", "recipient_postcode": "５３０－０００１", "to": "buyer"})
    assert page.status_code == 200
    assert 'value="大阪市北区梅田"' in page.text
    assert '<option selected value="大阪府">' in page.text
    kept = hanako.preview(
        "address", {"fill": "1", "recipient_postcode": "530-0001", "recipient_address": "北区のどこか", "to": "own"}
    )
    assert 'value="北区のどこか"' in kept.text
    unfinished = hanako.preview(
        "address",
        SAPPORO
        | {
            "to": "own",
            "recipient_postcode": "530-0001",
            "recipient_prefecture": "大阪府",
            "recipient_address": "大阪市北区梅田",
        },
    )
    assert "番地・建物名を入力" in unfinished.text


def test_a_corrected_postcode_takes_along_what_the_first_one_filled_in(hanako: Subscriber) -> None:
    first = hanako.preview("address", {"fill": "1", "recipient_postcode": "530-0001", "to": "own"})
    sent = fields_of(first.text) | {"fill": "1", "recipient_postcode": "100-0301"}
    second = fields_of(hanako.client.post(f"{hanako.page}/changes/address", data=sent).text)
    assert (second["recipient_prefecture"], second["recipient_address"]) == ("東京都", "利島村")
    touched = second | {"fill": "1", "recipient_postcode": "530-0001", "recipient_address": "利島村248"}
    third = fields_of(hanako.client.post(f"{hanako.page}/changes/address", data=touched).text)
    assert (third["recipient_prefecture"], third["recipient_address"]) == ("大阪府", "利島村248")


def test_several_towns_are_there_to_choose_from(hanako: Subscriber) -> None:
    page = hanako.preview("address", {"fill": "1", "recipient_postcode": "498-0000", "to": "own"})
    assert "町を選んでください" in page.text
    assert 'value="弥富市"' in page.text
    chosen = hanako.preview("address", {"town": "弥富市", "recipient_postcode": "498-0000", "to": "own"})
    assert '<option selected value="愛知県">' in chosen.text


def test_the_partial_says_what_the_script_fills_in(hanako: Subscriber) -> None:
    token = hidden(hanako.form("address"))["csrf_token"]
    path = f"{hanako.page}/addresses/places"
    answer = hanako.client.post(path, data={"csrf_token": token, "recipient_postcode": "5300001"})
    assert 'data-prefecture="大阪府" data-address="大阪市北区梅田"' in answer.text
    assert "<html" not in answer.text
    unknown = hanako.client.post(path, data={"csrf_token": token, "recipient_postcode": "999-9999"})
    assert "見つかりませんでした" in unknown.text
