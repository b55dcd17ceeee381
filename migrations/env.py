"""Alembic environment: runs migrations on the application's own engine, for `flask db-upgrade`."""

from alembic import context

from portal.extensions import db
from portal.models import Base

with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        # Building an index concurrently on PostgreSQL ends the transaction, so each migration commits by itself.
        transaction_per_migration=True,
        # UtcDateTime is only how we bind values; migrations name the type that the database stores.
        render_item=lambda kind, item, autogen: (
            "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "UtcDateTime" else False
        ),
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
