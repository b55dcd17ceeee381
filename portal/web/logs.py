"""Structured logs: one line per request, with an id and without personal data (no paths that hold a link)."""

import logging
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from portal.config import Settings

log = structlog.get_logger("mypage")


def configure(settings: Settings) -> None:
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def begin() -> None:
    g.request_started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)


def end(response: Response) -> Response:
    # A request for an unknown shop is turned away before `begin` runs.
    started = g.get("request_started", time.perf_counter())
    # The endpoint, not the path: paths carry order links.
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
    structlog.contextvars.clear_contextvars()  # the next request of this thread may be turned away before `begin`
    return response


def init_app(app: Flask, settings: Settings) -> None:
    configure(settings)
    app.before_request(begin)
    app.after_request(end)
