"""Search of the ledger's counterparties by any part of the name, PostgreSQL only.

Trigrams find nothing under three characters and 山田 has two, so the index holds single characters and pairs. Each is
preceded by the end of the shop's id, so that a search does not read the names of other shops and the planner knows how
frequent a pair is in this shop. `receipts.search` makes the same keys of what is typed. The function's high cost keeps
the planner from trying rows one by one: names are split when they are written and found by the index alone.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("""
        CREATE FUNCTION name_pairs(shop_id uuid, name text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000
        BEGIN ATOMIC
            SELECT coalesce(array_agg(right(shop_id::text, 6) || substr(name, start, length)), '{}')
            FROM generate_series(1, char_length(name)) start, generate_series(1, 2) length
            WHERE start + length - 1 <= char_length(name);
        END
    """)
    # The search reads the index alone only for pages that a vacuum has marked all-visible. By default that waits until
    # a fifth of the ledger is new.
    op.execute("ALTER TABLE receipt SET (autovacuum_vacuum_insert_scale_factor = 0.01)")
    op.execute("CREATE INDEX ix_receipt_name_pairs ON receipt USING gin (name_pairs(shop_id, counterparty_key))")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE receipt RESET (autovacuum_vacuum_insert_scale_factor)")
    op.execute("DROP INDEX ix_receipt_name_pairs")
    op.execute("DROP FUNCTION name_pairs")
