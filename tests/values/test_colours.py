"""A shop's accent color is readable on our papers, whatever staff choose."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.colours import DARK, LIGHT, Paper, accent_on_dark, accent_on_light, contrast, stylesheet

CSS = (Path(__file__).parents[2] / "static" / "css" / "page.css").read_text()
INKS = ("ink", "quiet", "good", "attention", "wrong")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#777777", 4.48),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(COLOURS)
def test_words_in_the_accent_and_on_it_can_be_read_on_both_papers(colour: str) -> None:
    for accent, paper in ((accent_on_light(colour), LIGHT), (accent_on_dark(colour), DARK)):
        assert contrast(accent.text, paper.wash) >= 4.5
        assert contrast(accent.label, accent.surface) >= 4.5
        assert contrast(accent.edge, paper.wash) >= 3


def test_a_colour_that_can_be_read_is_left_as_the_shop_chose_it() -> None:
    accent = accent_on_light("#1f5f8b")

    assert (accent.text, accent.surface, accent.edge) == ("#1f5f8b", "#1f5f8b", "#1f5f8b")


def test_a_pale_colour_is_kept_for_surfaces_with_dark_words_and_an_outline() -> None:
    accent = accent_on_light("#f6e05e")

    assert accent.surface == "#f6e05e"
    assert accent.text == accent.edge == LIGHT.ink
    assert accent.label == "#000000"


def test_by_night_a_dark_colour_is_lightened_and_a_pale_one_is_not() -> None:
    assert accent_on_dark("#1f5f8b").text != "#1f5f8b"
    assert accent_on_dark("#f6e05e").text == "#f6e05e"


def test_the_stylesheet_carries_both_schemes_and_nothing_that_staff_could_smuggle_in() -> None:
    css = stylesheet("#B3222D")

    assert "--accent:#b3222d" in css
    assert css.count("--accent-label:") == 2
    assert stylesheet("red;}</style><script>") == stylesheet("") == stylesheet("#1f5f8b")


def tokens(scheme: str) -> dict[str, str]:
    """Return the colors that the stylesheet sets for a scheme, by name."""
    light, dark, *_ = CSS.split("@media (prefers-color-scheme: dark)", 2)
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", light if scheme == "light" else dark.split("/* ---")[0]))


@pytest.mark.parametrize(("scheme", "paper"), [("light", LIGHT), ("dark", DARK)])
def test_the_papers_are_those_of_the_stylesheet(scheme: str, paper: Paper) -> None:
    assert (tokens(scheme)["wash"], tokens(scheme)["ink"]) == (paper.wash, paper.ink)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_ink_can_be_read_on_every_paper(scheme: str) -> None:
    colours = tokens(scheme)

    for paper in (colours["paper"], colours["wash"]):
        assert {name for name in INKS if contrast(colours[name], paper) < 4.5} == set()
        assert contrast(colours["edge"], paper) >= 3
