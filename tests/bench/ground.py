"""What the web benchmarks share: a migrated database, a shop with orders, a gunicorn."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from portal.models import Order, Shop, TrackingEvent
from portal.web.health import alembic_config
from tests.cast import Cast
from tests.databases import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
LINES = 5
EVENTS = 4


def migrated(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    return app


def usual_order(session: Session) -> tuple[Shop, Order]:
    """Store an order of five lines with one parcel on its way that has four tracking events."""
    now = datetime.now(UTC)
    cast = Cast(session, now)
    shop = cast.shop()
    lines = [
        {"name": f"煎茶 やぶきた 100g 第{n}袋", "quantity": n, "unit_price": 1080, "amount": 1080 * n, "tax_rate": 8}
        for n in range(1, LINES + 1)
    ]
    order = cast.order(shop, lines=lines, ordered_at=now - timedelta(days=3))
    parcel = cast.shipment(order, shipped_on=(now - timedelta(days=1)).date(), tracking_state="in_transit")
    for n in range(EVENTS):
        at = now - timedelta(hours=5 * (EVENTS - n))
        words = {"state": "in_transit", "words": "輸送中", "place": f"第{n}ベース店"}
        session.add(TrackingEvent(shop_id=shop.id, shipment_id=parcel.id, occurred_at=at, **words))
    session.commit()
    return shop, order


def writing(app: Flask) -> Session:
    with app.app_context():
        return Session(db.engine, expire_on_commit=False)


@contextmanager
def gunicorn(target: str, settings: Settings, **more: str) -> Iterator[str]:
    """Start gunicorn and yield its origin; whatever is compared gets the same settings."""
    port = free_port()
    command_line = [sys.executable, "-W", "ignore", "-m", "gunicorn", "--config", "python:portal.server", target]
    command_line += ["--bind", f"127.0.0.1:{port}"]
    environment = (
        os.environ
        | more
        | {
            "INSTANCE_DIR": str(settings.instance),
            "DATABASE_URL": settings.database,
            "PUBLIC_URL": settings.public_url,
        }
    )
    process = subprocess.Popen(command_line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    origin = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(origin + "/healthz"))
        yield origin
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False
