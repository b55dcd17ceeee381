"""portal.shops.pictures: whatever is uploaded, only a newly drawn picture is kept."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from portal.shops.pictures import MAX_BYTES, MOST_STORED, PictureProblem, redrawn
from tests.shops.pictures import animated_png, bomb, file_of, jpeg_with_exif, noise


@pytest.fixture(autouse=True, params=[False, True], ids=["", "after WeasyPrint"])
def pillow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with Pillow's setting for truncated files on and off: WeasyPrint, once imported, switches it on."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


def opened(content: bytes | PictureProblem) -> Image.Image:
    assert isinstance(content, bytes), content
    return Image.open(io.BytesIO(content))


def test_a_transparent_png_stays_transparent() -> None:
    picture = Image.new("RGBA", (120, 60), (0, 0, 0, 0))
    picture.paste((200, 30, 40, 255), (10, 10, 50, 50))
    kept = opened(redrawn(file_of(picture), "logo"))
    assert (kept.format, kept.mode, kept.size) == ("PNG", "RGBA", (120, 60))
    assert kept.getpixel((0, 0)) == (0, 0, 0, 0)
    assert kept.getpixel((20, 20)) == (200, 30, 40, 255)


def test_a_palette_with_a_transparent_colour_stays_transparent() -> None:
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([255, 255, 255, 200, 30, 40])
    picture.paste(1, (10, 10, 30, 30))
    kept = opened(redrawn(file_of(picture, transparency=0), "seal"))
    assert kept.getpixel((0, 0))[3] == 0
    assert kept.getpixel((20, 20)) == (200, 30, 40, 255)


def test_a_photo_is_turned_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    content = redrawn(jpeg_with_exif(orientation=6), "logo")
    kept = opened(content)
    assert (kept.format, kept.size) == ("PNG", (60, 120))
    assert dict(kept.getexif()) == {}
    assert isinstance(content, bytes)
    assert b"Exif" not in content
    assert b"iPhone" not in content


def test_texts_and_profiles_of_a_png_are_left_out() -> None:
    notes = PngInfo()
    notes.add_text("Author", "鈴木 一郎")
    notes.add_itxt("XML:com.adobe.xmp", "<secret/>")
    content = redrawn(file_of(noise(80, 80), pnginfo=notes, icc_profile=b"profile" * 40), "logo")
    assert isinstance(content, bytes)
    chunks = {content[at : at + 4] for at in _chunk_types(content)}
    assert chunks <= {b"IHDR", b"IDAT", b"IEND"}


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    picture = Image.new("CMYK", (100, 50), (0, 255, 255, 0))
    kept = opened(redrawn(file_of(picture, "JPEG"), "logo"))
    assert kept.mode == "RGB"
    red, green, blue = kept.getpixel((50, 25))
    assert red > 200
    assert max(green, blue) < 60


def test_sixteen_bits_a_pixel_do_not_turn_white() -> None:
    picture = Image.new("I;16", (64, 64), 0x4000)
    kept = opened(redrawn(file_of(picture), "logo"))
    assert kept.getpixel((5, 5)) == (64, 64, 64)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    kept = opened(redrawn(animated_png(), "logo"))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.getpixel((30, 30)) == (200, 30, 40)


@pytest.mark.parametrize(("kind", "longest"), [("logo", 800), ("seal", 400)])
def test_a_large_picture_is_made_smaller_in_proportion(kind: str, longest: int) -> None:
    kept = opened(redrawn(file_of(Image.new("RGB", (4000, 1000), (10, 90, 60))), kind))
    assert kept.size == (longest, longest // 4)


def test_what_prints_slowly_is_made_smaller_until_it_does_not() -> None:
    content = redrawn(file_of(noise(1000, 1000), "JPEG", quality=60), "logo")
    assert isinstance(content, bytes)
    assert len(content) <= MOST_STORED


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", PictureProblem.EMPTY),
        (b"just a text, renamed to logo.png", PictureProblem.NO_PICTURE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', PictureProblem.NO_PICTURE),
        (b"GIF89a" + b"\x00" * 200, PictureProblem.NO_PICTURE),
        (file_of(Image.new("RGB", (50, 50)), "GIF"), PictureProblem.NO_PICTURE),
        (file_of(Image.new("RGB", (50, 50)), "WEBP"), PictureProblem.NO_PICTURE),
        (file_of(noise(200, 200))[:5000], PictureProblem.BROKEN),
        (file_of(noise(200, 200), "JPEG")[:3000], PictureProblem.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, PictureProblem.NO_PICTURE),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 100, PictureProblem.NO_PICTURE),
        (file_of(Image.new("RGB", (10, 200))), PictureProblem.TOO_SMALL),
        (file_of(Image.new("L", (6001, 30))), PictureProblem.TOO_MANY_PIXELS),
        (bomb(30_000, 30_000), PictureProblem.TOO_MANY_PIXELS),
        (bomb(10_000, 10_000), PictureProblem.TOO_MANY_PIXELS),
        (b"\x89PNG" + b"\x00" * MAX_BYTES, PictureProblem.TOO_MANY_BYTES),
    ],
    ids=lambda value: value if isinstance(value, PictureProblem) else "",
)
def test_what_is_no_usable_picture_is_refused_with_its_reason(content: bytes, problem: PictureProblem) -> None:
    assert redrawn(content, "logo") == problem


def test_a_text_chunk_that_unpacks_to_a_gigabyte_is_refused() -> None:
    plain = file_of(Image.new("RGB", (50, 50)))
    body = b"Comment\x00\x00" + zlib.compress(b"x" * 80_000_000, 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    assert redrawn(plain[:33] + chunk + plain[33:], "logo") == PictureProblem.BROKEN


def _chunk_types(content: bytes) -> list[int]:
    found, at = [], 8
    while at < len(content):
        found.append(at + 4)
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    return found
