"""Mailer for development that writes each mail to a file. The same mail sent twice is one file."""

import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from portal.adapters.envelope import seal
from portal.ports import Mail


class MailFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]
        # Written aside and renamed, so that nobody reads half a mail.
        handle, unfinished = tempfile.mkstemp(dir=self._folder, prefix=".unfinished-")
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(seal(mail, datetime.now(UTC))))
        Path(unfinished).replace(self._folder / f"{name}.eml")
