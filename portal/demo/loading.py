"""Loading of the demo shops. Loading again changes nothing, on whatever day; an interrupted loading is completed."""

import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.demo import subscribers
from portal.demo.everything.kinds import EveryKind
from portal.demo.everything.maker import HANAKO, Maker
from portal.importing.applying.batches import Pace
from portal.importing.applying.history import ImportFile, Report
from portal.importing.reading.decoding import encoding_of
from portal.importing.reading.mapping import Kind, preset
from portal.importing.runs.at_once import import_file
from portal.models import ImportRun, Order, ProductTaxRate, Shop, SubscriptionRules
from portal.notifications.outbox import Mailroom
from portal.ports import DocumentStore
from portal.shops import pictures
from portal.subscriptions.schedule.cycles import Cycle
from portal.values.dates import TOKYO, tokyo_date
from portal.values.phones import display

HERE = Path(__file__).parent
ACTOR = "demo"
_DAY = re.compile(r"\{([+-])(\d+)(?: ([a-z0-9:@-]+))?\}")
_MINUTES = re.compile(r"\{([+-]\d+)m\}")


@dataclass(frozen=True)
class Loader:
    session: Session
    documents: DocumentStore
    mailroom: Mailroom
    clock: Callable[[], datetime]

    def load(self) -> Iterator[tuple[str, Report]]:
        """Load file by file, each committed, and yield (file name, what became of it)."""
        for definition in _definitions():
            shop = self._shop(definition)
            self._rules(shop, definition.get("subscription_rules"))
            loaded_at = self._loaded_at(shop)
            self.session.commit()
            for file in definition["files"]:
                yield file["name"], self._file(shop, loaded_at, **file)
            subscribers.add(self.session, shop, definition, loaded_at, actor=ACTOR)
            if definition.get("everything"):
                self._everything(shop)
            self.session.commit()

    def _shop(self, definition: Mapping[str, Any]) -> Shop:
        """Return the shop, created if missing. An existing one stays as it is: someone may have tried its settings."""
        shop = self.session.scalars(select(Shop).where(Shop.slug == definition["slug"])).one_or_none()
        if shop is None:
            shop = Shop(slug=definition["slug"], **definition["settings"])
            self.session.add(shop)
            self.session.flush()
            shop.logo_key = self._picture(shop, definition["logo"])
            shop.seal_key = self._picture(shop, definition["seal"])
            for code, rate in definition.get("product_rates", {}).items():
                self.session.add(ProductTaxRate(shop_id=shop.id, product_code=code, rate=rate))
        return shop

    def _rules(self, shop: Shop, values: Mapping[str, Any] | None) -> None:
        """Add the subscription rules, also to a shop that was loaded before it had any; existing ones stay."""
        known = self.session.scalar(select(SubscriptionRules.id).filter_by(shop_id=shop.id))
        if values and known is None:
            self.session.add(SubscriptionRules(shop_id=shop.id, enabled=True, **values))

    def _picture(self, shop: Shop, name: str) -> str:
        return pictures.store(self.documents, shop.id, (HERE / "pictures" / name).read_bytes())

    def _everything(self, shop: Shop) -> None:
        """Fill the shop with rows of every kind, unless it has orders already."""
        if self.session.scalar(select(Order.id).filter_by(shop_id=shop.id).limit(1)) is None:
            now = self.clock()
            maker = Maker(self.session, now, tokyo_date(now))
            maker.buyer = HANAKO | dict.fromkeys(("email", "email_key"), f"hanako@{shop.slug}.example.jp")
            EveryKind(maker, shop, f"{self.mailroom.public_url}/verify/{{}}".format)

    def _loaded_at(self, shop: Shop) -> datetime:
        """Return when the shop's files were first loaded: the days in them count from there forever."""
        first = select(func.min(ImportRun.started_at)).where(ImportRun.shop_id == shop.id)
        return self.session.scalar(first) or self.clock()

    def _file(self, shop: Shop, loaded_at: datetime, *, name: str, kind: Kind, mapping: str) -> Report:
        content = dated((HERE / "files" / name).read_bytes(), loaded_at)
        file = ImportFile(name, (io.BytesIO(content),), preset(kind, mapping))
        pace = Pace(self.clock, self.session.commit)
        return import_file(self.session, shop, file, mailroom=self.mailroom, actor=ACTOR, pace=pace)


def dated(content: bytes, loaded_at: datetime) -> bytes:
    """Replace {-3} with the day three days before the loading, {-90m} with the minute an hour and a half before it.

    {+24 months:1@15} is the first day from 24 days later on that fits the cycle, {-3 months:1@15} the last one until then.
    """
    table_encoding = encoding_of(io.BytesIO(content))
    here = loaded_at.astimezone(TOKYO)

    def day(found: re.Match[str]) -> str:
        step = timedelta(days=1 if found[1] == "+" else -1)
        on = here.date() + step * int(found[2])
        while found[3] and not Cycle.parse(found[3]).fits(on):
            on += step
        return f"{on:%Y/%m/%d}"

    def minute(found: re.Match[str]) -> str:
        return f"{here + timedelta(minutes=int(found[1])):%Y/%m/%d %H:%M}"

    text = content.decode(table_encoding)
    return _MINUTES.sub(minute, _DAY.sub(day, text)).encode(table_encoding)


def links(session: Session, mailroom: Mailroom) -> Iterator[tuple[str, str]]:
    """Yield (link, what to type) of one order per shop; nothing while the demo is not loaded."""
    for definition in _definitions():
        found = session.execute(
            select(Shop, Order)
            .join(Order, Order.shop_id == Shop.id)
            .where(Shop.slug == definition["slug"], Order.code == definition["shown"], Order.code_live)
        ).first()
        if found:
            shop, order = found
            typed = display(order.phone) if shop.login_element == "phone" else order.buyer_kana or order.buyer_name
            yield mailroom.order_url(shop, order), typed


@cache
def _definitions() -> list[dict[str, Any]]:
    shops: list[dict[str, Any]] = tomllib.loads((HERE / "shops.toml").read_text("utf-8"))["shops"]
    return shops
