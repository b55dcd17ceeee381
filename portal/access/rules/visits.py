"""Who is looking: a live buyer session, as rules and verbs need to know it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Visit:
    session_id: UUID
    shop_id: UUID
    proved_email_key: str = ""
    """Set by the second step; empty before it."""
    opened_by: UUID | None = None
    """The member of staff who looks at the page as the buyer sees it."""

    @property
    def actor(self) -> str:
        return f"staff:{self.opened_by}" if self.opened_by else f"buyer:{self.session_id}"

    def proves(self, email_key: str) -> bool:
        """Whether the second step was taken with this e-mail address. An order without one is never proved by it."""
        return email_key != "" and self.proved_email_key == email_key
