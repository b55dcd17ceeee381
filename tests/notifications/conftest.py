from collections.abc import Callable
from typing import Any

import pytest

from portal.models import Order, Shop
from portal.notifications import login_code
from portal.notifications.outbox import Mailroom
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def post(mailroom: Mailroom, cast: Cast, clock: Clock) -> Callable[..., None]:
    """Return `post(shop, order, **changes)`, which queues a login code unless the changes say something else."""

    def post_mail(shop: Shop, order: Order, **changes: Any) -> None:
        facts: dict[str, Any] = {
            "message": "login_code",
            "recipient": order.email,
            "context": login_code.context(code="482913", order_code=order.code),
            "language": "ja",
            "once_key": None,
            "now": clock(),
        }
        mailroom.post(cast.session, shop=shop, order=order, **(facts | changes))

    return post_mail
