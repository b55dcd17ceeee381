"""Importing orders from a CSV file on SQLite: how many a second, and whether twice as many take twice as long."""

import csv
import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from portal.config import Settings
from tests.bench.ground import migrated, writing
from tests.bench.table import Row
from tests.cast import Cast

SMALL, LARGE = 5_000, 20_000
COLUMNS = [
    "受注コード",
    "受注日時",
    "購入者名",
    "購入者名かな",
    "購入者電話番号",
    "購入者メールアドレス",
    "購入者郵便番号",
    "購入者都道府県",
    "購入者住所",
    "支払方法",
    "入金ステータス",
    "送料",
    "合計金額",
    "商品コード",
    "商品名",
    "数量",
    "単価",
    "税率",
]


def measure() -> list[Row]:
    small, large = _orders_per_second(SMALL), _orders_per_second(LARGE)
    again = _orders_per_second(SMALL, twice=True)
    return [
        Row("CSV import, SQLite, two-line orders", f"{large:,.0f} orders/s", "≥ 1,000", large >= 1000),
        Row(f"… rate of {LARGE:,} / rate of {SMALL:,}", f"{large / small:.2f}", "linear (≥ 0.8)", large / small >= 0.8),
        Row("… the same file again (nothing changes)", f"{again:,.0f} orders/s", "", None),
    ]


def _orders_per_second(count: int, *, twice: bool = False) -> float:
    with tempfile.TemporaryDirectory() as folder:
        app = migrated(Settings(instance_dir=Path(folder)))
        with writing(app) as session:
            Cast(session, datetime.now(UTC)).shop()
            session.commit()
        path = Path(folder) / "orders.csv"
        path.write_text(_file(count), "utf-8")
        runner = app.test_cli_runner()
        seconds = 0.0
        for _ in range(1 + twice):
            started = time.perf_counter()
            with app.app_context():
                result = runner.invoke(args=["import-orders", str(path), "--shop", "sakura"])
            seconds = time.perf_counter() - started
            assert result.exit_code == 0, result.output
    return count / seconds


def _file(count: int) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for number in range(count):
        buyer = [
            "山田 花子",
            "ヤマダ ハナコ",
            "090-1234-5678",
            f"hanako{number}@example.jp",
            "530-0001",
            "大阪府",
            "大阪市北区梅田1-2-3",
        ]
        order = [f"A-{number:06d}", "2026-11-18 12:00:00", *buyer, "クレジットカード", "入金済み", 660, 3940]
        rows.writerow([*order, "T-1", "煎茶 やぶきた 100g", 1, 1080, 8])
        rows.writerow([*order, "K-1", "急須 青磁", 1, 2200, 10])
    return text.getvalue()
