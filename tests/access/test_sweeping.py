"""The sweep that deletes expired sessions, codes, locks and failures."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.access.sweeping import sweep
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import log_in, submit

NOTHING = {"login_failure": 0, "login_lock": 0, "login_code": 0, "session_order": 0, "buyer_session": 0}


def test_what_still_counts_is_kept_and_what_is_over_goes(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    cast.session.commit()
    log_in(client, shop, order)
    second_step = f"/sakura/second-step?order={order.id}"
    submit(client, f"/sakura/second-step/code?order={order.id}", {}, form_on=second_step)
    stranger = app.test_client()
    for _ in range(5):
        submit(stranger, "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    began = clock()

    def swept(after: timedelta) -> dict[str, int]:
        gone = dict(sweep(session, began + after))
        session.commit()
        return gone

    assert swept(timedelta(hours=12)) == NOTHING
    assert swept(timedelta(hours=25)) == NOTHING | {"login_code": 1, "login_lock": 0}
    assert swept(timedelta(hours=26)) == NOTHING | {"login_lock": 2}
    assert swept(timedelta(days=2, hours=13)) == NOTHING | {"session_order": 1, "buyer_session": 1}
    assert swept(timedelta(days=8)) == NOTHING | {"login_failure": 5}
