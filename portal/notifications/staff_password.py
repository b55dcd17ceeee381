"""パスワードの再設定: for a member of staff who forgot the password."""

from typing import Any

from portal.notifications.outbox import Mailroom


def context(mailroom: Mailroom, *, name: str, token: str) -> dict[str, Any]:
    """Return what the mail prints.

    The link stands nowhere else in plain text; the body is blanked when it expires.
    """
    return {"name": name, "url": f"{mailroom.public_url}/admin/password/{token}"}
