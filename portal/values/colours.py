"""A shop's accent colour, adjusted until it is readable: WCAG 2.2 contrast against our light and dark paper."""

import re
from dataclasses import dataclass
from functools import lru_cache

DEFAULT_ACCENT = "#1f5f8b"
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0
LIGHTEN_STEPS = 25
HEX = re.compile(r"#[0-9a-f]{6}")

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Paper:
    """Colours of `static/css/page.css` that an accent is measured against."""

    wash: str
    """Tinted paper behind notices, the hardest of our papers to read on."""
    ink: str


LIGHT = Paper(wash="#f3f0e9", ink="#1d1b18")
DARK = Paper(wash="#23211e", ink="#ece8e1")
LABELS = ("#ffffff", "#000000")
"""Text colours for a surface. One has a contrast of at least 4.58 on any colour; softer ones fail on some greens."""


@dataclass(frozen=True)
class Accent:
    text: str
    """Colour of links and marks on any paper; on light paper the ink, if the shop's colour is too pale to read."""
    surface: str
    label: str
    """Colour of text on `surface`."""
    edge: str
    """Outline that keeps a pale surface visible on the paper."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def accent_on_light(colour: str) -> Accent:
    """Return the accent on light paper. A colour too pale for text is used unchanged, but for surfaces only."""
    return _accent(colour, LIGHT, text=colour if contrast(colour, LIGHT.wash) >= TEXT_CONTRAST else LIGHT.ink)


def accent_on_dark(colour: str) -> Accent:
    """Return the accent on dark paper: the same hue, lightened until it can be read."""
    return _accent(_lightened(colour, EDGE_CONTRAST), DARK, text=_lightened(colour, TEXT_CONTRAST))


@lru_cache(maxsize=512)
def stylesheet(accent: str, of: str = ":root") -> str:
    """Return CSS that sets the accent's custom properties for both colour schemes on the selector `of`.

    Anything but #rrggbb gives the default accent.
    """
    colour = accent.lower()
    if not HEX.fullmatch(colour):
        colour = DEFAULT_ACCENT
    light, dark = _properties(accent_on_light(colour)), _properties(accent_on_dark(colour))
    return f"{of}{{{light}}}@media (prefers-color-scheme:dark){{{of}{{{dark}}}}}"


def _accent(surface: str, paper: Paper, *, text: str) -> Accent:
    label = max(LABELS, key=lambda candidate: contrast(candidate, surface))
    edge = surface if contrast(surface, paper.wash) >= EDGE_CONTRAST else paper.ink
    return Accent(text=text, surface=surface, label=label, edge=edge)


def _lightened(colour: str, wanted: float) -> str:
    candidate = colour
    for step in range(1, LIGHTEN_STEPS + 1):
        if contrast(candidate, DARK.wash) >= wanted:
            break
        candidate = _mixed_with_white(colour, step / LIGHTEN_STEPS)
    return candidate


def _mixed_with_white(colour: str, share: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in _rgb(colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _properties(accent: Accent) -> str:
    return (
        f"--accent:{accent.text};--accent-surface:{accent.surface};"
        f"--accent-label:{accent.label};--accent-edge:{accent.edge}"
    )
