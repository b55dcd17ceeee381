"""How gunicorn serves: `gunicorn --config python:portal.server wsgi:app --bind 0.0.0.0:8000`."""

import gc
from typing import Any

from portal.values import names

worker_class = "gthread"
workers = 2
threads = 8
"""An answer that waits for a PDF or holds back a failed login sleeps in one; eight leave room for the others."""
preload_app = True
"""Imported once, for a short start and shared memory. No connection is opened before the fork."""
graceful_timeout = 10
"""Seconds for the answers that are being given; the longest wait in one is `app.WAIT_FOR_PDF`."""
loglevel = "warning"
"""The application writes a line a request itself."""
control_socket_disable = True


def on_starting(_server: Any) -> None:
    """The dictionary of readings, shared by all workers: neither the first answer nor the first login waits for it.

    It is one pickle of many small objects, and looking for garbage among them would double the time.
    """
    gc.disable()
    names.warm()
    gc.freeze()
    gc.enable()
