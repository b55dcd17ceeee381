"""INSERT … ON CONFLICT DO NOTHING, which both databases have and SQLAlchemy spells per dialect."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.models.base import Base, new_id


def insert_if_absent(session: Session, model: type[Base], values: Mapping[str, Any], unique: Sequence[str]) -> bool:
    """Insert a row unless there is one, and return whether it was inserted. `unique`: columns of the constraint.

    Column defaults of the model apply. If another transaction is writing the row, wait for it.
    """
    row = {"id": new_id(), **values}
    if session.get_bind().dialect.name == "postgresql":
        of_postgres = postgresql.insert(model).values(row).on_conflict_do_nothing(index_elements=unique)
        return session.execute(of_postgres.returning(model.__table__.c.id)).first() is not None
    of_sqlite = sqlite.insert(model).values(row).on_conflict_do_nothing(index_elements=unique)
    return session.execute(of_sqlite.returning(model.__table__.c.id)).first() is not None
