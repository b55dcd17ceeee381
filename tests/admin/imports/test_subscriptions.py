"""200 subscriptions from a file on disk to the list, as 鈴木 does it in the browser."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import ShopMapping, Subscription
from portal.values.roles import Role
from tests.admin.imports.desk import Desk
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.importing.files import table
from tests.importing.subscriptions.files import row


@pytest.fixture
def desk(client: FlaskClient, cast: Cast, session: Session) -> Desk:
    shop = cast.shop()
    cast.rules(shop)
    suzuki = cast.staff(shop, role=Role.MANAGER)
    session.commit()
    sign_in(client, suzuki)
    return Desk(client, session, shop)


def subscriptions(desk: Desk) -> int:
    desk.session.rollback()
    return desk.session.scalar(select(func.count(Subscription.id))) or 0


def test_200_subscriptions_are_looked_at_tried_and_taken_in(desk: Desk) -> None:
    rows = [row(外部番号=f"SUB-{number:03}") for number in range(200)]
    rows[7]["お届けサイクル"] = "ときどき"
    content = table(*rows, encoding="cp932")
    page = desk.uploaded(content, "定期購入.csv")
    seen = desk.client.get(page).text
    for said in ("定期購入", "MyPageの定期購入ファイル", "SUB-000", "山田 花子", "months:1@15", "CP932"):
        assert said in seen
    desk.post(page, "trial")
    desk.work()
    seen = desk.client.get(page).text
    assert "新しくできる定期購入</dt><dd>199" in seen
    assert "SUB-007" in seen
    assert "「ときどき」はお届けサイクルとして読めません" in seen
    assert "199件の定期購入を取り込む" in seen
    assert subscriptions(desk) == 0
    desk.apply(page)
    desk.work()
    assert "新しい定期購入</dt><dd>199" in desk.client.get(page).text
    assert (subscriptions(desk), desk.run().rows_done) == (199, 200)
    mended = desk.refused(page).data.decode("cp932").replace("ときどき", "毎月15日")
    again = desk.applied(mended.encode("cp932"), "直した行.csv")
    assert "新しい定期購入</dt><dd>1<" in desk.client.get(again).text
    assert subscriptions(desk) == 200
    # Import the whole file again: only the row that is still wrong is left to do.
    desk.applied(content, "定期購入.csv")
    run = desk.run()
    assert (run.created, run.updated, run.unchanged, run.refused) == (0, 0, 199, 1)


def test_a_mapping_of_the_shops_own_keeps_what_its_form_does_not_show(desk: Desk) -> None:
    renamed = {"お客さまの番号" if column == "外部番号" else column: text for column, text in row().items()}
    page = desk.uploaded(table(renamed))
    assert desk.post(page, "mapping-choice", mapping="preset:subscriptions:generic").status_code == 303
    fields = {"name": "前のカート", "external_number-0": "お客さまの番号", "name-0": "商品名", "quantity-0": "数量"}
    fields |= {"buyer_name-0": "購入者名", "cycle-0": "お届けサイクル", "next_delivery_on-0": "次回お届け予定日"}
    assert desk.post(page, "mapping", **fields).status_code == 303
    own = desk.session.scalars(select(ShopMapping)).one()
    assert (own.kind, own.data["one_of"]) == ("subscriptions", ["number", "external_number"])
    assert "recipient_name" in own.data["clears"]
    desk.post(page, "trial")
    desk.work()
    desk.apply(page)
    desk.work()
    assert desk.session.scalars(select(Subscription.external_number)).all() == ["SUB-1"]
