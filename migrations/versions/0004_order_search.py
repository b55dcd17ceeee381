"""Search of orders by their search keys, PostgreSQL only: one row per key, in the order in which a search reads them.

A search wants the newest fifty of possibly hundreds of thousands of orders with a key that begins as typed. Keys are
sorted within a shop and four weeks (`period`), and periods are read newest first until there are enough. So every
search touches some hundred places of one index, however many orders there are; trigrams would have to read all hits.
A trigger keeps the rows, so that nothing that writes orders can forget them.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Byte order, so that a prefix is a range in any locale of the database. The trigger does a foreign key's work.
    op.execute("""
        CREATE TABLE order_key (
            shop_id uuid NOT NULL,
            period integer NOT NULL,
            key text COLLATE "C" NOT NULL,
            ordered_at timestamptz NOT NULL,
            order_id uuid NOT NULL,
            PRIMARY KEY (shop_id, period, key, ordered_at, order_id)
        )
    """)
    op.execute("""
        CREATE FUNCTION keep_order_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM order_key
                WHERE shop_id = OLD.shop_id
                  AND period = floor(extract(epoch FROM OLD.ordered_at) / 2419200)::integer
                  AND key = ANY (string_to_array(btrim(OLD.search_keys, E'\\n'), E'\\n'))
                  AND ordered_at = OLD.ordered_at AND order_id = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO order_key
                SELECT NEW.shop_id, floor(extract(epoch FROM NEW.ordered_at) / 2419200), new_key, NEW.ordered_at, NEW.id
                FROM string_to_table(btrim(NEW.search_keys, E'\\n'), E'\\n') new_key;
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_order_keys AFTER INSERT OR DELETE ON "order"
        FOR EACH ROW EXECUTE FUNCTION keep_order_keys()
    """)
    op.execute("""
        CREATE TRIGGER keep_changed_order_keys AFTER UPDATE OF search_keys, ordered_at, shop_id ON "order"
        FOR EACH ROW
        WHEN ((OLD.search_keys, OLD.ordered_at, OLD.shop_id) IS DISTINCT FROM (NEW.search_keys, NEW.ordered_at, NEW.shop_id))
        EXECUTE FUNCTION keep_order_keys()
    """)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute('DROP TRIGGER keep_changed_order_keys ON "order"')
    op.execute('DROP TRIGGER keep_order_keys ON "order"')
    op.execute("DROP FUNCTION keep_order_keys")
    op.execute("DROP TABLE order_key")
