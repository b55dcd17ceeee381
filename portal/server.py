"""Settings of gunicorn: `gunicorn --config python:portal.server wsgi:app --bind 0.0.0.0:8000`."""

import gc
from typing import Any

import gunicorn.http.wsgi

from portal.values import names

worker_class = "gthread"
workers = 2
threads = 8
"""Threads per worker. An answer that waits for a PDF or delays a failed login sleeps in one; eight leave room."""
preload_app = True
"""Whether the application is imported before the fork: a short start, shared memory, and no open connection."""
graceful_timeout = 10
"""Seconds in which running answers may finish; the longest wait in one is `app.WAIT_FOR_PDF`."""
loglevel = "warning"
"""Level that leaves out gunicorn's line per request: the application writes one itself."""
control_socket_disable = True

# Nobody needs to know which program answers. Gunicorn sends the header always, and has no setting for it.
gunicorn.http.wsgi.SERVER = "web"


def on_starting(_server: Any) -> None:
    """Load the dictionary of readings, which all workers share, so that no first answer or first login waits for it.

    It is one pickle of many small objects, and looking for garbage among them would double the time.
    """
    gc.disable()
    names.warm()
    gc.freeze()
    gc.enable()
