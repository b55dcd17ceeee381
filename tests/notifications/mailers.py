"""The Mailer port, by hand."""

from collections import deque

from portal.ports import Mail


class FakeMailer:
    """Keeps what it was given in `sent`; raises the `troubles` first, one a mail."""

    def __init__(self, *troubles: Exception) -> None:
        self.sent: list[Mail] = []
        self.troubles = deque(troubles)

    def send(self, mail: Mail) -> None:
        if self.troubles:
            raise self.troubles.popleft()
        self.sent.append(mail)
