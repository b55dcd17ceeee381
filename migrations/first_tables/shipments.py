"""Parcels, their contents, and tracking events."""

import sqlalchemy as sa
from alembic import op


def create_shipment() -> None:
    op.create_table(
        "shipment",
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("external_number", sa.String(length=60), nullable=False),
        sa.Column("carrier", sa.String(length=10), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("requested_slot", sa.String(length=20), nullable=False),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("tracking_state", sa.String(length=20), nullable=False),
        sa.Column("held_for_bundling", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shipment_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.create_index("ix_shipment_shop_id_tracking_number", ["shop_id", "tracking_number"], unique=False)


def drop_shipment() -> None:
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.drop_index("ix_shipment_shop_id_tracking_number")
    op.drop_table("shipment")


def create_tracking_event() -> None:
    op.create_table(
        "tracking_event",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_tracking_event_shipment_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_tracking_event_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_event")),
        sa.UniqueConstraint(
            "shipment_id",
            "occurred_at",
            "words",
            "place",
            name=op.f("uq_tracking_event_shipment_id_occurred_at_words_place"),
        ),
    )


def drop_tracking_event() -> None:
    op.drop_table("tracking_event")


def create_order_shipment() -> None:
    op.create_table(
        "order_shipment",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_shipment_order_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_order_shipment_shipment_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_order_shipment_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_shipment")),
        sa.UniqueConstraint("order_id", "shipment_id", name=op.f("uq_order_shipment_order_id_shipment_id")),
    )
    with op.batch_alter_table("order_shipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_shipment_shipment_id"), ["shipment_id"], unique=False)


def drop_order_shipment() -> None:
    with op.batch_alter_table("order_shipment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_shipment_shipment_id"))
    op.drop_table("order_shipment")


def create_shipment_item() -> None:
    op.create_table(
        "shipment_item",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_shipment_item_order_line_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_item_shipment_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shipment_item_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_item")),
        sa.UniqueConstraint("shipment_id", "order_line_id", name=op.f("uq_shipment_item_shipment_id_order_line_id")),
    )


def drop_shipment_item() -> None:
    op.drop_table("shipment_item")
