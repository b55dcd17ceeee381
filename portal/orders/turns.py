"""Turns: jobs on many orders of a shop at once (imports, bundling) run one after the other."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Shop


def lock_shop(session: Session, shop_id: UUID) -> None:
    """Lock the shop until the transaction ends; buyers and other shops are not held up.

    On SQLite the write lock of the transaction does the same.
    """
    # FOR NO KEY UPDATE still lets others write rows that refer to the shop.
    session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True))
