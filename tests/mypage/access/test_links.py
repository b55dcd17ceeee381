"""Links of mails with what mail programs take into them: the marks and words that stand behind."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.mypage.access.login_page import in_shop
from tests.mypage.signing_in import link, submit


@pytest.mark.parametrize(
    "appendix",
    [
        *(
            "。",
            "、",
            "）",
            "」",
            "』",
            "】",
            ">",
            "＞",
            ".",
            ",",
            ";",
            "!",
            "/",
            "//",
            "…",
            "\u3000",
            "%20",
            "*",
            "\u200b",
        ),
        *("からご確認ください", "。からご確認ください", "/からご確認ください", "abc", ".html", "%22", "&lt;br&gt;"),
    ],
)
def test_what_a_mail_program_takes_into_the_link_behind_it_is_cut_off(
    client: FlaskClient, cast: Cast, appendix: str
) -> None:
    shop, order = in_shop(cast)
    path = link(client, shop, order) + appendix
    answer = client.get(path)
    assert answer.status_code == 200
    assert order.code in answer.text
    assert 'name="code"' not in answer.text
    assert submit(client, path, {"typed": order.buyer_name}).location.endswith(f"/orders/{order.id}")


@pytest.mark.parametrize("appendix", ["。", "）", "/", "からご確認ください"])
def test_what_follows_the_page_that_a_link_leads_to_is_cut_off(client: FlaskClient, cast: Cast, appendix: str) -> None:
    shop, order = in_shop(cast)
    order.subscription_id = cast.subscription(shop).id
    cast.session.commit()
    path = link(client, shop, order) + "?to=subscription" + appendix
    assert submit(client, path, {"typed": order.buyer_name}).location.endswith(
        f"/subscriptions/{order.subscription_id}"
    )
