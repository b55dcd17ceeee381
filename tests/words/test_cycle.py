"""Every kind of cycle is described in everyday words."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.words.cycle import cycle_words


@pytest.fixture
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("_request")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("days:1", "毎日"),
        ("days:15", "15日ごと"),
        ("weeks:1", "毎週"),
        ("weeks:2", "2週間ごと"),
        ("weeks:1@tue", "毎週火曜日"),
        ("weeks:2@sun", "2週間ごとの日曜日"),
        ("months:1", "毎月、前回と同じ日"),
        ("months:3", "3か月ごと、前回と同じ日"),
        ("months:1@15", "毎月15日"),
        ("months:1@30", "毎月30日（ない月は末日）"),
        ("months:2@31", "2か月ごとの末日"),
        ("months:1@2nd", "毎月、前回と同じ曜日の2回目"),
        ("months:1@2nd-sat", "毎月第2土曜日"),
        ("months:2@5th-mon", "2か月ごとの第5月曜日（ない月は最後）"),
        ("何か", "何か"),
    ],
)
def test_a_cycle_is_said_in_words(text: str, words: str) -> None:
    assert cycle_words(text) == words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("months:1@2nd-sat", "second Saturday of every month"),
        ("months:2@1st-mon", "first Monday, every 2 months"),
        ("months:1@15", "15th of every month"),
        ("months:3@22", "22nd, every 3 months"),
        ("months:1@11", "11th of every month"),
        ("months:1@31", "last day of every month"),
        ("weeks:2@sun", "every 2 weeks, on Sunday"),
    ],
)
def test_a_cycle_is_said_in_natural_english(app: Flask, text: str, words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert cycle_words(text) == words
