"""Access to what the application holds for signing in and for mails."""

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
    """Return the key for the digests of what is typed to sign in."""
    found: str = current_app.config["SECRET_KEY"]
    return found
