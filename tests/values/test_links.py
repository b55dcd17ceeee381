"""The signed order link."""

import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.values.links import LinkRing

SHOP = UUID("01890000-0000-7000-8000-000000000001")
OTHER_SHOP = UUID("01890000-0000-7000-8000-000000000002")
ORDER = UUID("01890000-0000-7000-8000-00000000000a")
RING = LinkRing(["the newest key", "an older key"])
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


@given(st.uuids(), st.uuids())
def test_a_link_leads_back_to_its_order(shop_id: UUID, order_id: UUID) -> None:
    assert RING.read_order(shop_id, RING.sign_order(shop_id, order_id)) == order_id


def test_a_link_is_short_and_survives_a_mail_programme() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]{66}", RING.sign_order(SHOP, ORDER))


def test_the_same_order_has_the_same_link_each_time() -> None:
    assert RING.sign_order(SHOP, ORDER) == RING.sign_order(SHOP, ORDER)


def test_another_shop_cannot_use_the_link() -> None:
    assert RING.read_order(OTHER_SHOP, RING.sign_order(SHOP, ORDER)) is None


@given(position=st.integers(0, 65), letter=st.sampled_from(ALPHABET))
def test_no_letter_can_be_changed(position: int, letter: str) -> None:
    signed = RING.sign_order(SHOP, ORDER)
    changed = signed[:position] + letter + signed[position + 1 :]
    assert (RING.read_order(SHOP, changed) is None) == (changed != signed)


@given(st.integers(0, 65))
def test_a_link_that_was_cut_off_is_dead(length: int) -> None:
    assert RING.read_order(SHOP, RING.sign_order(SHOP, ORDER)[:length]) is None


@given(st.text())
def test_any_other_text_is_no_link_and_no_error(text: str) -> None:
    assert RING.read_order(SHOP, text) is None


def test_something_added_makes_it_dead() -> None:
    signed = RING.sign_order(SHOP, ORDER)
    assert [RING.read_order(SHOP, text) for text in (signed + "=", signed + "A", " " + signed, signed + "\n")] == [
        None
    ] * 4


def test_links_in_old_mails_go_on_working_after_a_new_key_came() -> None:
    old_link = LinkRing(["an older key"]).sign_order(SHOP, ORDER)
    assert RING.read_order(SHOP, old_link) == ORDER


def test_new_links_are_signed_with_the_newest_key() -> None:
    assert LinkRing(["the newest key"]).read_order(SHOP, RING.sign_order(SHOP, ORDER)) == ORDER


def test_a_key_taken_from_the_ring_opens_nothing_any_more() -> None:
    old_link = LinkRing(["a stolen key"]).sign_order(SHOP, ORDER)
    assert RING.read_order(SHOP, old_link) is None
