"""A hand-written Mailer for tests."""

from collections import deque

from portal.ports import Mail


class FakeMailer:
    """Mailer that keeps its mails in `sent`, and raises the `troubles` first, one for each mail."""

    def __init__(self, *troubles: Exception) -> None:
        self.sent: list[Mail] = []
        self.troubles = deque(troubles)

    def send(self, mail: Mail) -> None:
        if self.troubles:
            raise self.troubles.popleft()
        self.sent.append(mail)
