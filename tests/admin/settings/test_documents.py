"""領収書・書類: what a shop in a mall must confirm before its buyers get a second receipt."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Shop
from tests.admin.settings.forms_as_sent import SETTINGS, fields_of, save

CONFIRMS = "モールの領収書と二重発行になることを確認しました"


def allowed(session: Session, shop: Shop) -> bool:
    session.rollback()
    return session.get_one(Shop, shop.id, populate_existing=True).marketplace_receipts


@pytest.mark.parametrize("platform", ["rakuten", "yahoo", "aupay"])
def test_receipts_beside_the_malls_need_the_confirmation(
    suzuki: FlaskClient, session: Session, shop: Shop, platform: str
) -> None:
    shop.platform = platform
    session.commit()
    refused = save(suzuki, "documents", {"marketplace_receipts": "y"})
    assert refused.status_code == 422
    assert f"「{CONFIRMS}」に印を付けてください" in refused.text
    assert "marketplace_receipts" in fields_of(refused.text)
    assert not allowed(session, shop)
    assert save(suzuki, "documents", {"marketplace_receipts": "y", "confirms_double": "y"}).status_code == 303
    assert allowed(session, shop)
    # What stands already is not asked for again, and to switch it off needs no confirmation.
    assert save(suzuki, "documents", {"default_proviso": "お茶代として"}).status_code == 303
    assert allowed(session, shop)
    assert save(suzuki, "documents", {"marketplace_receipts": None}).status_code == 303
    assert not allowed(session, shop)


def test_a_shop_in_no_such_mall_is_not_asked(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    page = suzuki.get(f"{SETTINGS}/documents").text
    assert CONFIRMS not in page
    assert "モールの注文でも" not in page
    assert save(suzuki, "documents", {"marketplace_receipts": "y"}).status_code == 303
    assert not allowed(session, shop)
