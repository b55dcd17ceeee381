"""Reading a printed PDF back: its text by poppler, its structure by pikepdf; and pictures to print."""

import re
import subprocess
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageDraw


def text_of(pdf: bytes, order: str = "-layout") -> str:
    """Return the text of a PDF; `order` is poppler's option: `-layout` as it looks, `-raw` as a screen reader reads it.

    Blanks between words are poppler's guess, so texts are compared without them.
    """
    done = subprocess.run(["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf).split("\f")[:-1]


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def picture(colour: str = "#c22", size: int = 240, mode: str = "RGBA", *, filled: bool = False) -> bytes:
    image = Image.new(mode, (size, size), colour if filled else 0)
    ImageDraw.Draw(image).rectangle((20, 20, size - 20, size - 20), outline=colour, width=12)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def pixels_of(pdf: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """Return the pixels of the first page as it looks, row by row, and the width of a row."""
    command = ["pdftoppm", "-r", "72", "-singlefile", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    image = Image.open(BytesIO(done.stdout)).convert("RGB")
    return list(zip(*[iter(image.tobytes())] * 3, strict=True)), image.width


def images_of(pdf: bytes) -> list[bool]:
    """Return for each image whether it is to be interpolated, which PDF/A forbids."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        return [bool(item.get("/Interpolate")) for item in streams if item.get("/Subtype") == "/Image"]


def links_of(pdf: bytes) -> set[str]:
    """Return the addresses that links lead to; fail if one is no printed annotation, which PDF/A requires."""
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
