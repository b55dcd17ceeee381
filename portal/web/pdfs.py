"""Handing over a PDF that may still be in the making: the bytes, or a page that asks for them again."""

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
"""After so long something is wrong; the page says so and stops asking every second."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at the row while an answer waits for its PDF."""


def pdf_or_wait(paper: Rendition, name: str, waiting: Callable[[bool], str]) -> Response:
    """`waiting` renders the page for as long as there are no bytes; it is told whether they are late."""
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
    """A page that asks for itself again, with or without JavaScript."""
    response = make_response(page)
    response.headers["Refresh"] = str(10 if late else 1)
    return response


def stored_soon(rendition_id: UUID) -> Rendition:
    """Looks at a row that was asked for just now for a moment longer: then the first answer usually is the file.

    Only then, and briefly: a page worker's thread waits here.
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
