"""POST /<shop>/ and /<shop>/o/<signed>: the way in."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.mypage.signing_in import sign_in


def test_hanako_comes_in_by_her_link_and_her_name(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    cast.session.commit()
    answer = sign_in(client, shop, order)
    assert answer.location == f"/sakura/orders/{order.id}"
