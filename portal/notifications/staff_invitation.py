"""担当者の招待: a new member of a shop's staff is told how to come in."""

from typing import Any

from portal.notifications.outbox import Mailroom


def context(mailroom: Mailroom, *, name: str, email: str, by: str, token: str | None) -> dict[str, Any]:
    """`token` opens the page where the password is chosen; None: the person has one already. `by`: who invited."""
    address = f"{mailroom.public_url}/admin/"
    return {
        "name": name,
        "email": email,
        "by": by,
        "url": f"{address}password/{token}" if token else address,
        "chooses_password": token is not None,
    }
