"""What the application holds for the staff's door and its mails."""

from flask import current_app

from portal.notifications.outbox import Mailroom
from portal.staff.passwords import Passwords
from portal.staff.totp import Seal


def passwords() -> Passwords:
    found: Passwords = current_app.extensions["passwords"]
    return found


def seal() -> Seal:
    found: Seal = current_app.extensions["seal"]
    return found


def mailroom() -> Mailroom:
    found: Mailroom = current_app.extensions["mailroom"]
    return found


def secret() -> str:
    """Keys the digests of what is typed at the door."""
    found: str = current_app.config["SECRET_KEY"]
    return found
