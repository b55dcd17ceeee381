"""Printed PDFs, read back: their text by poppler, their structure by pikepdf; and pictures to print."""

import re
import subprocess
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageDraw


def text_of(pdf: bytes, order: str = "-layout") -> str:
    """Word spaces are poppler's guess, so texts are compared without them. `-raw`: as a screen reader goes."""
    done = subprocess.run(["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf).split("\f")[:-1]


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def picture(colour: str = "#c22", size: int = 240, mode: str = "RGBA") -> bytes:
    image = Image.new(mode, (size, size))
    ImageDraw.Draw(image).rectangle((20, 20, size - 20, size - 20), outline=colour, width=12)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def images_of(pdf: bytes) -> list[bool]:
    """Their interpolation: PDF/A has none."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        return [bool(item.get("/Interpolate")) for item in streams if item.get("/Subtype") == "/Image"]


def links_of(pdf: bytes) -> set[str]:
    """Where links lead; each must be a printed annotation, or the file is no PDF/A."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        annotations = [note for page in opened.pages for note in page.get("/Annots", [])]
        assert all(note.Subtype == "/Link" and note.F == 4 for note in annotations)
        return {str(note.A.URI) for note in annotations}


def tags_of(tree: Any) -> set[str]:
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.add(str(node.S))
            if "/K" in node:
                waiting.append(node.K)
    return found
