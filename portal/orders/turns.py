"""Who works on many orders of a shop at once (imports, bundling) takes turns with the others who do."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Shop


def lock_shop(session: Session, shop_id: UUID) -> None:
    """Until the transaction ends; buyers and other shops are not held up. On SQLite its write lock is the same."""
    # FOR NO KEY UPDATE lets rows that refer to the shop be written.
    session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True))
