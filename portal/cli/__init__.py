"""The `flask …` commands of an operator. Each is an entry point: it asks the time, calls verbs and commits."""

from flask import Flask

from portal.cli.credits import import_credit_states
from portal.cli.database import db_upgrade
from portal.cli.demo import demo_links, load_demo
from portal.cli.imports import import_orders, import_shipments, import_subscriptions
from portal.cli.payments import choose_gateway
from portal.cli.staff import create_staff, lift_staff_lock, reset_totp
from portal.cli.subscriptions import generate_orders

COMMANDS = (
    db_upgrade,
    import_orders,
    import_shipments,
    import_subscriptions,
    import_credit_states,
    generate_orders,
    choose_gateway,
    load_demo,
    demo_links,
    create_staff,
    reset_totp,
    lift_staff_lock,
)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
