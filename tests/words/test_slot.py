"""A time slot in words: as the carrier writes it in Japanese, as a clock shows it in English."""

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.words.slot import slot_as_shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("14時〜16時", "14:00–16:00"),
        ("19:00～21:00", "19:00–21:00"),
        ("午前中", "before noon"),
        ("玄関前", "玄関前"),
        ("", ""),
    ],
)
def test_a_slot_has_the_words_of_the_page(app: Flask, text: str, english: str) -> None:
    with app.test_request_context("/"):
        with force_locale("ja"):
            assert slot_as_shown(text) == text
        with force_locale("en"):
            assert slot_as_shown(text) == english
