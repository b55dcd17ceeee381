"""Jobs of the worker. A job claims its rows and may run twice or side by side; a sweep finds what a lost nudge left.

Jobs are plain functions that run in the application's context; `portal.worker` makes Celery tasks of them. Each is an
entry point: it asks the time, calls verbs and commits. To add one: write it beside those of its noun, mark it with
`@job`, and, if it looks for rows that a lost nudge left, put it into EVERY.
"""

from collections.abc import Mapping
from datetime import timedelta

from portal.jobs import (
    access,
    cards,
    exports,
    heartbeats,
    imports,
    mails,
    orders,
    papers,
    payments,
    statistics,
    subscriptions,
)
from portal.jobs.queue import JOBS, nudge

__all__ = [
    "EVERY",
    "JOBS",
    "access",
    "cards",
    "exports",
    "heartbeats",
    "imports",
    "mails",
    "nudge",
    "orders",
    "papers",
    "payments",
    "statistics",
    "subscriptions",
]

EVERY: Mapping[str, timedelta] = {
    "heartbeat": timedelta(seconds=10),
    "send_mails": timedelta(seconds=30),
    "mark_stuck_mails": timedelta(minutes=5),
    "expire_mails": timedelta(minutes=10),
    "forget_old_access": timedelta(hours=1),
    "render_left_out": timedelta(seconds=30),
    "forget_papers": timedelta(hours=1),
    "fill_rates_left_out": timedelta(minutes=1),
    "refresh_bundles": timedelta(minutes=1),
    "tell_received": timedelta(minutes=1),
    "tell_canceled": timedelta(minutes=1),
    "imports_left_out": timedelta(seconds=30),
    "forget_import_files": timedelta(hours=1),
    "exports_left_out": timedelta(seconds=30),
    "expire_exports": timedelta(hours=1),
    "settle_payments": timedelta(seconds=30),
    "ask_captures": timedelta(minutes=1),
    "settle_cards": timedelta(minutes=10),
    "tell_cards": timedelta(hours=1),
    "resume_subscriptions": timedelta(minutes=10),
    "generate_orders": timedelta(minutes=1),
    "tell_deliveries": timedelta(minutes=1),
    "renew_statistics": timedelta(days=1),
}
"""Sweeps and how often each runs. Two schedulers only make them run twice as often."""
