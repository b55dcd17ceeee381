"""The answer with a paper: its PDF, or the page that waits for it."""

from flask import Response, render_template

from portal.models import Rendition
from portal.web.pdfs import pdf_or_wait


def open_paper(paper: Rendition, name: str) -> Response:
    return pdf_or_wait(paper, name, _preparing)


def _preparing(late: bool) -> str:
    return render_template("admin/receipts/preparing.html", late=late)
