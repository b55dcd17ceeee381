"""Whom the staff's pages admit."""

from flask.testing import FlaskClient

from portal.models import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast


def test_a_stranger_is_sent_to_the_staffs_door(client: FlaskClient, cast: Cast) -> None:
    cast.shop()
    cast.session.commit()
    answer = client.get("/admin/shops/sakura/orders")
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/login?back=")


def test_a_member_opens_the_own_shop_and_no_other(client: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop(), role=Role.VIEWER)
    cast.shop(slug="momiji", name="もみじ堂")
    cast.session.commit()
    sign_in(client, suzuki)
    assert "さくら茶舗" in client.get("/admin/shops/sakura/orders").text
    assert client.get("/admin/shops/momiji/orders").status_code == 404
    assert client.get("/admin/shops/nowhere/orders").status_code == 404
