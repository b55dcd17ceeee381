"""The order page, logged in, against a bare Flask view that loads the same rows through the ORM, in alternation."""

import re
import subprocess
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median

from portal.config import Settings
from portal.models import Order
from tests.bench.ground import gunicorn, migrated, usual_order, writing
from tests.bench.table import Row
from tests.databases import postgres_cluster
from tests.mypage.signing_in import HIDDEN

ROUNDS = 5
SECONDS = 4
CONNECTIONS = 8


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        rows = _on("SQLite", Settings(instance_dir=Path(folder)))
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() as url:
        rows += _on("PostgreSQL", Settings(instance_dir=Path(folder), database_url=url))
    return rows


def _on(database: str, settings: Settings) -> list[Row]:
    app = migrated(settings)
    with writing(app) as session:
        shop, order = usual_order(session)
        link = f"/{shop.slug}/o/{app.extensions['links'].sign_order(shop.id, order.id)}"
    # All requests come from one address, which the flood limit would stop.
    unlimited = {"RATELIMIT_ENABLED": "0", "LOG_FORMAT": "json"}
    with gunicorn("tests.bench.page_app:app", settings, **unlimited) as page:
        cookie, size = log_in(page, link, order)
        floor_facts = {"BENCH_ORDER": str(order.id), "BENCH_SIZE": str(size)}
        with gunicorn("tests.bench.floor_app:app", settings, **floor_facts) as floor:
            ours, bare = [], []
            for _ in range(ROUNDS):
                ours.append(_requests_per_second(f"{page}/{shop.slug}/orders/{order.id}", cookie))
                bare.append(_requests_per_second(f"{floor}/", cookie))
    ratio = median(ours) / median(bare)
    figure = f"{ratio:.0%} ({median(ours):.0f} / {median(bare):.0f} req/s, {size / 1024:.0f} KB)"
    return [Row(f"order page / bare ORM view, {database}", figure, "≥ 120%", ratio >= 1.2)]


def log_in(origin: str, link: str, order: Order) -> tuple[str, int]:
    """Log in by the order's link; return the Cookie header of the session and the size of the page in bytes."""
    cookies = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    token = HIDDEN.search(browser.open(origin + link).read().decode())
    assert token
    fields = urllib.parse.urlencode({"typed": order.buyer_name, "csrf_token": token[1]}).encode()
    page = browser.open(origin + link, fields).read()
    assert order.code.encode() in page
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies), len(page)


def _requests_per_second(url: str, cookie: str) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Cookie: {cookie}", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in text, text
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert found, text
    return float(found[1])
