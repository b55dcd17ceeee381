"""Runs migrations on the application's own engine; called through `flask db-upgrade`."""

from alembic import context

from portal.extensions import db
from portal.models import Base

with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        # An index that PostgreSQL builds while others write ends the transaction: what was done before it stays done.
        transaction_per_migration=True,
        # UtcDateTime is how we bind, not a type of the database: migrations name what is stored.
        render_item=lambda kind, item, autogen: (
            "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "UtcDateTime" else False
        ),
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
