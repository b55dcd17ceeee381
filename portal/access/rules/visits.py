"""Visits: live buyer sessions, as far as rules and verbs need to know them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Visit:
    session_id: UUID
    shop_id: UUID
    proved_email_key: str = ""
    """E-mail address proved by the second step; empty before it."""
    opened_by: UUID | None = None
    """Member of staff who looks at the page as the buyer sees it, or None."""

    @property
    def actor(self) -> str:
        return f"staff:{self.opened_by}" if self.opened_by else f"buyer:{self.session_id}"

    def proves(self, email_key: str) -> bool:
        """Tell whether the second step has proved this e-mail address. An empty address is never proved."""
        return email_key != "" and self.proved_email_key == email_key
