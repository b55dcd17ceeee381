"""A shop's own words for carriers, and the parcels that bear them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import Shipment
from portal.shipments.rules.carriers import word_key


def read_again(
    session: Session, shop_id: UUID, before: Mapping[str, str], after: Mapping[str, str], *, now: datetime
) -> None:
    """Give the parcels with words whose meaning changed the carrier that they mean now.

    `before`, `after`: the shop's words → carrier. A parcel of an unknown carrier bears the words as its service.
    """
    old, new = ({word_key(words): carrier for words, carrier in table.items()} for table in (before, after))
    for carrier in {"", *old.values()}:
        changed = {key for key in old.keys() | new.keys() if old.get(key, "") == carrier != new.get(key, "")}
        if not changed:
            continue
        bears = (Shipment.shop_id == shop_id, Shipment.carrier == carrier)
        spellings = session.scalars(select(Shipment.service).where(*bears, Shipment.service != "").distinct())
        for service in spellings.all():
            if (key := word_key(service)) in changed:
                session.execute(
                    update(Shipment)
                    .where(*bears, Shipment.service == service)
                    .values(carrier=new.get(key, ""), updated_at=now)
                )
