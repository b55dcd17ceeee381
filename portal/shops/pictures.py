"""Logo and seal: an uploaded file is decoded and drawn anew, so that nothing but the picture is kept."""

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from uuid import UUID

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from portal.ports import DocumentStore

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 6_000
MAX_PIXELS = 16_000_000
"""Most pixels, checked in the file's head before anything is decoded: a small file can hold a wall-sized picture."""
MIN_SIDE = 24
LONGEST_SIDE = {"logo": 800, "seal": 400}
"""Longest side kept, in pixels: 6.7 cm and 3.4 cm at 300 dpi, which is more than the papers print."""
MOST_STORED = 250 * 1024
SHRINK = 0.75
SIXTEEN_BITS = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
FORMATS = ("PNG", "JPEG")
_decoding = threading.Lock()
"""Lock that lets one picture be drawn at a time: each takes tens of megabytes meanwhile."""


class PictureProblem(StrEnum):
    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    NO_PICTURE = "no_picture"
    """A file that is neither PNG nor JPEG, whatever its name says."""
    BROKEN = "broken"
    """A file that begins as a picture and cannot be read to its end."""
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"


def redrawn(content: bytes, kind: str) -> bytes | PictureProblem:
    """Return a PNG without metadata, upright, in RGB or RGBA, small enough for `kind` (logo or seal), or the problem.

    Of an animation it is the first picture.
    """
    if not content:
        return PictureProblem.EMPTY
    if len(content) > MAX_BYTES:
        return PictureProblem.TOO_MANY_BYTES
    try:
        with _whole_files_only(), Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            problem = _size_problem(*opened.size)
            if problem:
                return problem
            opened.load()
            drawn = _plain(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PictureProblem.TOO_MANY_PIXELS
    except UnidentifiedImageError:
        return PictureProblem.NO_PICTURE
    except Exception:  # noqa: BLE001 - a decoder given a broken file fails in a dozen ways of its own
        return PictureProblem.BROKEN
    drawn.thumbnail((LONGEST_SIDE[kind], LONGEST_SIDE[kind]))
    return _encoded(drawn)


def store(documents: DocumentStore, shop_id: UUID, content: bytes) -> str:
    """Store a picture under a key made of its content; return the key.

    It is never deleted: receipts that were issued with this picture name it.
    """
    key = f"{shop_id}/picture/{hashlib.sha256(content).hexdigest()}.png"
    documents.put(key, content)
    return key


@contextmanager
def _whole_files_only() -> Iterator[None]:
    """Make Pillow refuse truncated files; WeasyPrint has it fill them up with gray in the whole process."""
    with _decoding:
        usual = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = usual


def _size_problem(width: int, height: int) -> PictureProblem | None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        return PictureProblem.TOO_MANY_PIXELS
    return PictureProblem.TOO_SMALL if min(width, height) < MIN_SIDE else None


def _plain(picture: Image.Image) -> Image.Image:
    """Return a new image with the pixels only: a copy of the object would carry profile, comments and EXIF along."""
    if picture.mode in SIXTEEN_BITS:
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    coloured = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain = Image.new(coloured.mode, coloured.size)
    plain.paste(coloured)
    return plain


def _encoded(picture: Image.Image) -> bytes:
    while True:
        file = io.BytesIO()
        picture.save(file, "PNG", optimize=True)
        if file.tell() <= MOST_STORED or max(picture.size) < 2 * MIN_SIDE:
            return file.getvalue()
        width, height = picture.size
        picture = picture.resize((max(1, round(width * SHRINK)), max(1, round(height * SHRINK))))
