"""パスワードの再設定: for a member of staff who forgot it."""

from typing import Any

from portal.notifications.outbox import Mailroom


def context(mailroom: Mailroom, *, name: str, token: str) -> dict[str, Any]:
    """The link stands nowhere else in plain; the body is blanked when it is over."""
    return {"name": name, "url": f"{mailroom.public_url}/admin/password/{token}"}
