"""A worker that writes small parts and never finishes the third: `celery -A tests.exports.stalling_worker worker`."""

import time
from dataclasses import replace
from typing import Any

from portal.exports import writing
from portal.worker import app, web

STALLS_AT = 3


class Stalling:
    """Document store of the settings that never finishes its third file."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._files = 0

    def put(self, key: str, content: bytes) -> None:
        self._files += 1
        while self._files == STALLS_AT:
            time.sleep(1)
        self._store.put(key, content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


__all__ = ["app"]

writing.PART = 10
ports = web.extensions["ports"]
web.extensions["ports"] = replace(ports, documents=Stalling(ports.documents))
