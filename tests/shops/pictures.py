"""Picture files to upload, made on the spot."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image


def file_of(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def jpeg_with_exif(orientation: int) -> bytes:
    picture = Image.new("RGB", (120, 60), (20, 80, 160))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "iPhone"
    return file_of(picture, "JPEG", exif=exif)


def animated_png() -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ((200, 30, 40), (0, 0, 0))]
    return file_of(frames[0], save_all=True, append_images=frames[1:], duration=100)


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG file that claims to be this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 100_000, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
