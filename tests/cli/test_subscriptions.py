"""`flask generate-orders`."""

from datetime import date

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Order
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import in_tokyo

DAY = date(2026, 12, 4)


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["generate-orders", *args])
    return result.exit_code, result.output


def test_the_dry_run_tells_and_makes_nothing_then_the_orders_are_made_once(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.subscription(shop)
    cast.subscription(shop, "0000000002", next_skipped=True)
    session.commit()
    clock.instant = in_tokyo(DAY)
    code, said = run(app, "--shop", "sakura", "--dry-run", "--day", "2026-12-04")
    assert code == 0
    assert "0000000001-2  2026-12-11 → 2026-12-15  1,580円  注文  煎茶 やぶきた 100g × 1" in said
    assert "0000000002-2  2026-12-11 → 2026-12-15  0円  お休み" in said
    assert session.scalar(select(func.count(Order.id))) == 0
    session.rollback()
    assert run(app, "--shop", "sakura") == (0, "注文 1件（保留 0件）　お休み 1件\n")
    assert run(app, "--shop", "sakura") == (0, "注文 0件（保留 0件）　お休み 0件\n")
    assert session.scalar(select(func.count(Order.id))) == 1


def test_what_could_not_be_made_is_said_and_the_exit_code_tells_a_script(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.order(shop, "0000000001-2")
    cast.subscription(shop)
    session.commit()
    clock.instant = in_tokyo(DAY)
    code, said = run(app, "--shop", "sakura")
    assert code == 1
    assert "作れなかった定期購入が1件あります" in said
    assert run(app, "--shop", "sakura", "--day", "2026-12-05")[0] == 2
    assert run(app, "--shop", "momiji")[0] == 1
