"""The bytes that a phone transfers on its first visit to the order page: page, style, scripts and icon, compressed."""

import re
import tempfile
import urllib.request
from pathlib import Path

from portal.config import Settings
from tests.bench.ground import gunicorn, migrated, usual_order, writing
from tests.bench.order_page import log_in
from tests.bench.table import Row

LIMIT = 40 * 1024


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance_dir=Path(folder))
        app = migrated(settings)
        with writing(app) as session:
            shop, order = usual_order(session)
            link = f"/{shop.slug}/o/{app.extensions['links'].sign_order(shop.id, order.id)}"
        with gunicorn("wsgi:app", settings) as origin:
            cookie, _ = log_in(origin, link, order)
            path = f"/{shop.slug}/orders/{order.id}"
            page, size = _transferred(origin + path, cookie)
            assets = dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+|/[^"]+/picture/[^"]+)"', page))
            total = size + sum(_transferred(origin + asset, cookie)[1] for asset in assets)
    figure = f"{total / 1024:.1f} KB (page {size / 1024:.1f}, {len(assets)} files)"
    return [Row("order page, first visit, gzip", figure, "≤ 40 KB", total <= LIMIT)]


def _transferred(url: str, cookie: str) -> tuple[str, int]:
    """Return the text of an answer, and the bytes of body and headers of its compressed form."""
    asked = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(asked) as plain:
        text = plain.read().decode()
    asked.add_header("Accept-Encoding", "gzip")
    with urllib.request.urlopen(asked) as answer:
        return text, len(answer.read()) + len(str(answer.headers))
