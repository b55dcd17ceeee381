"""Answers with a PDF that may not be rendered yet: its bytes, or a page that asks for them again."""

import io
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, current_app, make_response, send_file

from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Rendition
from portal.receipts import renditions

JUST_NOW = timedelta(seconds=2)
LATE = timedelta(minutes=1)
"""Time after which something is wrong: the page says so and stops asking every second."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at the row while an answer waits for its PDF."""


def pdf_or_wait(paper: Rendition, name: str, waiting: Callable[[bool], str]) -> Response:
    """Return the PDF, or the page that `waiting` renders until there is one; it is told whether the PDF is late."""
    if renditions.is_waiting(paper, now()):
        nudge("render", str(paper.id))
    stored = stored_soon(paper.id)
    if stored.stored_at is not None:
        return send_pdf(stored, name)
    late = is_late(stored, now())
    return comes_back(waiting(late), late=late)


def is_late(rendition: Rendition, instant: datetime) -> bool:
    return instant - rendition.requested_at > LATE


def comes_back(page: str, *, late: bool) -> Response:
    """Return a page that asks for itself again, with or without JavaScript: every second, or every 10 if late."""
    response = make_response(page)
    response.headers["Refresh"] = str(10 if late else 1)
    return response


def stored_soon(rendition_id: UUID) -> Rendition:
    """Return the rendition; if it was asked for just now, wait a moment for its PDF.

    The first answer then usually is the file. The wait is short because a page worker's thread waits here.
    """
    rendition = look_at(rendition_id)
    is_new = now() - rendition.requested_at < JUST_NOW
    for _ in range(int(current_app.config["WAIT_FOR_PDF"] / LOOK_AGAIN) if is_new else 0):
        if rendition.stored_at is not None:
            break
        time.sleep(LOOK_AGAIN)
        rendition = look_at(rendition_id)
    return rendition


def look_at(rendition_id: UUID) -> Rendition:
    db.session.rollback()  # a read transaction goes on seeing what was there when it began
    return db.session.get_one(Rendition, rendition_id, populate_existing=True)


def send_pdf(rendition: Rendition, name: str) -> Response:
    content = renditions.content(rendition, current_app.extensions["ports"].documents)
    etag = rendition.sha256 or False
    response = send_file(io.BytesIO(content), "application/pdf", download_name=name, conditional=True, etag=etag)
    response.headers["Cache-Control"] = "private, no-store"
    return response
