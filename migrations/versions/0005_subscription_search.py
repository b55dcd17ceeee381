"""Search of subscriptions by their search keys, PostgreSQL only: one row per key, as for orders (0004).

A shop has tens of thousands of subscriptions but millions of orders, so the keys need no periods: all with the same
beginning are one range of the index. A trigger keeps the rows, so that nothing that writes subscriptions can forget
them.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Byte order, so that a prefix is a range in any locale of the database. The trigger does a foreign key's work.
    op.execute("""
        CREATE TABLE subscription_key (
            shop_id uuid NOT NULL,
            key text COLLATE "C" NOT NULL,
            subscription_id uuid NOT NULL,
            PRIMARY KEY (shop_id, key, subscription_id)
        )
    """)
    op.execute("""
        CREATE FUNCTION keep_subscription_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM subscription_key
                WHERE shop_id = OLD.shop_id
                  AND key = ANY (string_to_array(btrim(OLD.search_keys, E'\\n'), E'\\n'))
                  AND subscription_id = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO subscription_key
                SELECT NEW.shop_id, new_key, NEW.id
                FROM string_to_table(btrim(NEW.search_keys, E'\\n'), E'\\n') new_key
                ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_subscription_keys AFTER INSERT OR DELETE ON subscription
        FOR EACH ROW EXECUTE FUNCTION keep_subscription_keys()
    """)
    op.execute("""
        CREATE TRIGGER keep_changed_subscription_keys AFTER UPDATE OF search_keys, shop_id ON subscription
        FOR EACH ROW
        WHEN ((OLD.search_keys, OLD.shop_id) IS DISTINCT FROM (NEW.search_keys, NEW.shop_id))
        EXECUTE FUNCTION keep_subscription_keys()
    """)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER keep_changed_subscription_keys ON subscription")
    op.execute("DROP TRIGGER keep_subscription_keys ON subscription")
    op.execute("DROP FUNCTION keep_subscription_keys")
    op.execute("DROP TABLE subscription_key")
