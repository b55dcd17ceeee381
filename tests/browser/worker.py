"""The worker beside the served application, with the same clock: `celery -A tests.browser.worker worker`."""

from portal.worker import app, web
from tests.browser.clockfile import of_environment

__all__ = ["app"]

web.config["CLOCK"] = of_environment()
