"""Make the font files of this folder, and portal/receipts/rules/glyphs.txt, from the upstream fonts.

    python static/fonts/subset.py NODE_MODULES

NODE_MODULES holds the npm packages named in README.md. The same input gives the same bytes.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent
PORTAL = FONTS.parents[1] / "portal"
GLYPHS = PORTAL / "receipts" / "rules" / "glyphs.txt"
# Kanji that may replace one another in personal names.
VARIANTS = PORTAL / "values" / "names" / "kanji_variants.txt"

PACKAGE = "@expo-google-fonts/{package}/{weight}/{name}_{weight}.ttf"
REGULAR, BOLD = "400Regular", "700Bold"

SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
# Latin with every European and Vietnamese accent, Greek, Cyrillic, and the punctuation and signs that go with them.
ALPHABETS = frozenset((*range(0x20, 0x250), *range(0x2B0, 0x530), *range(0x1E00, 0x1F00), *range(0x2000, 0x2300)))
SYLLABLES = frozenset((*range(0x1100, 0x1200), *range(0x3130, 0x3190), *range(0xAC00, 0xD7A4)))  # Hangul
# Widths and forms that carts and input methods produce: ㈱ ① ｱ Ａ ￥, and the compatibility ideographs.
FORMS = frozenset((*range(0x2460, 0x2600), *range(0x3000, 0x3400), *range(0xF900, 0xFB00), *range(0xFE30, 0xFFEF)))


def characters_of(codec: str) -> frozenset[int]:
    def known(point: int) -> bool:
        try:
            chr(point).encode(codec)
        except UnicodeEncodeError:
            return False
        return True

    return frozenset(filter(known, (*range(0x20, 0xD800), *range(0xF900, 0xFFFE), *range(0x20000, 0x2FA20))))


def load(source: Path, package: str, name: str, weight: str) -> TTFont:
    return TTFont(source / PACKAGE.format(package=package, name=name, weight=weight), recalcTimestamp=False)


def cut(font: TTFont, points: Iterable[int], target: str, family: str | None = None) -> frozenset[int]:
    """Write `font` with only these code points; return those that it has. `family` renames it."""
    options = subset.Options(
        # Horizontal setting only: no vertical forms, no historical or stylistic alternates.
        layout_features=["ccmp", "locl", "liga", "ljmo", "vjmo", "tjmo", "kern", "mark", "mkmk", "palt", "halt"],
        drop_tables=[*subset.Options().drop_tables, "BASE", "STAT", "vhea", "vmtx"],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17],
    )
    subsetter = subset.Subsetter(options)
    # A space between two words in a fallback font is taken from that font.
    subsetter.populate(unicodes=frozenset(points) | SELECTORS | {0x20, 0xA0, 0x3000})
    subsetter.subset(font)
    if family:
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = family
            elif record.nameID in (3, 6):
                record.string = family.replace(" ", "")
    font.save(FONTS / target)
    return frozenset(font.getBestCmap())


def as_ranges(points: frozenset[int]) -> str:
    """Return lines `first-last` or `only`, hexadecimal, ascending."""
    lines: list[str] = []
    ordered = sorted(points)
    start = previous = ordered[0]
    for point in [*ordered[1:], -1]:
        if point != previous + 1:
            lines.append(f"{start:X}" if start == previous else f"{start:X}-{previous:X}")
            start = point
        previous = point
    return "\n".join(lines) + "\n"


def main(source: Path) -> None:
    names = frozenset(map(ord, VARIANTS.read_text("utf-8")))
    usual = ALPHABETS | FORMS | characters_of("cp932") | names
    jis_2004, jis_1990, big5, gb2312 = map(characters_of, ("euc_jis_2004", "euc_jp", "big5", "gb2312"))

    step: list[tuple[str, str, str, str, str | None, Callable[[frozenset[int]], frozenset[int]]]] = [
        ("noto-sans-jp", "NotoSansJP", REGULAR, "NotoSansJP-Regular.ttf", None, lambda done: usual),
        ("noto-sans-jp", "NotoSansJP", REGULAR, "NotoSansJPRare-Regular.ttf", "Noto Sans JP Rare",
         lambda done: (jis_2004 | jis_1990 | big5) - done),
        ("noto-sans", "NotoSans", REGULAR, "NotoSans-Regular.ttf", None, lambda done: ALPHABETS),
        ("noto-sans-kr", "NotoSansKR", REGULAR, "NotoSansKR-Regular.ttf", None, lambda done: SYLLABLES - done),
        ("noto-sans-sc", "NotoSansSC", REGULAR, "NotoSansSC-Regular.ttf", None,
         lambda done: (gb2312 | big5) - done),
    ]  # fmt: skip
    printable: frozenset[int] = frozenset()
    for package, name, weight, target, family, wanted in step:
        printable |= cut(load(source, package, name, weight), wanted(printable), target, family)
    # Names of people and things are never bold, so the bold cut needs no fallback.
    cut(load(source, "noto-sans-jp", "NotoSansJP", BOLD), usual, "NotoSansJP-Bold.ttf")
    GLYPHS.write_text(as_ranges(printable - SELECTORS), encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
