"""The one place where an entry point asks what time it is; rules and verbs are handed the answer."""

from datetime import UTC, datetime

from flask import current_app


def system_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """Return the current time, aware and in UTC. Tests put a frozen callable into `app.config["CLOCK"]`."""
    instant: datetime = current_app.config["CLOCK"]()
    return instant
