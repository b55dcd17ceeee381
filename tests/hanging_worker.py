"""A worker whose engine never finishes a page: `celery -A tests.hanging_worker worker`."""

import time
from dataclasses import replace

from portal.worker import app, web


class Hanging:
    def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    def render(self, *_document: object, **_options: object) -> bytes:
        while True:
            time.sleep(1)


__all__ = ["app"]

web.extensions["ports"] = replace(web.extensions["ports"], renderer=Hanging())
app.tasks["render"].soft_time_limit /= 90
