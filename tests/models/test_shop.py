"""What the columns of a shop accept."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Shop
from portal.values.slugs import TAKEN
from tests.cast import Cast


def test_a_shop_without_a_limit_keeps_none(session: Session, cast: Cast) -> None:
    cast.shop(access_days=None)
    session.commit()
    session.expire_all()
    assert session.scalars(select(Shop.access_days)).one() is None


def test_no_shop_takes_an_address_of_the_site_itself(app: Flask) -> None:
    firsts = {str(rule).split("/")[1] for rule in app.url_map.iter_rules()} - {"<slug>"}
    for address in firsts | {"admin", "api", "metrics"}:
        assert address in TAKEN
        with pytest.raises(ValueError, match="address of the site"):
            Shop(slug=address)


@pytest.mark.parametrize("slug", ["", "Sakura", "sakura tea", "さくら", "sakura/tea", "-sakura", "sakura\n", "sa.kura"])
def test_a_shops_address_is_made_of_letters_digits_and_hyphens(slug: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        Shop(slug=slug)


@pytest.mark.parametrize("slug", ["sakura", "s", "sakura-cha-2", "24h"])
def test_usual_addresses_are_taken(slug: str) -> None:
    assert Shop(slug=slug).slug == slug
