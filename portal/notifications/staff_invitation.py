"""担当者の招待: how a new member of a shop's staff gets in."""

from typing import Any

from portal.notifications.outbox import Mailroom


def context(mailroom: Mailroom, *, name: str, email: str, by: str, token: str | None) -> dict[str, Any]:
    """Return what the mail prints. `by`: who invited.

    `token` opens the page where the password is chosen, None if the person has a password already.
    """
    address = f"{mailroom.public_url}/admin/"
    return {
        "name": name,
        "email": email,
        "by": by,
        "url": f"{address}password/{token}" if token else address,
        "chooses_password": token is not None,
    }
