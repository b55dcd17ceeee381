"""What a language needs besides its row: words of the papers and a file of translations."""

from pathlib import Path

from babel import Locale

from portal.notifications.letters import TRANSLATIONS
from portal.receipts.documents.wording import WORDS
from portal.values.languages import DEFAULT, LANGUAGES, OTHERS


def test_every_language_has_its_words() -> None:
    assert WORDS.keys() == LANGUAGES.keys()
    files = {
        Path(TRANSLATIONS / code / "LC_MESSAGES" / "messages.po").is_file() for code in LANGUAGES if code != DEFAULT
    }
    assert files == {True}
    assert [Locale.parse(code).language for code in LANGUAGES] == list(LANGUAGES)


def test_japanese_is_always_there() -> None:
    assert DEFAULT == "ja"
    assert DEFAULT not in {language.code for language in OTHERS}
    assert {DEFAULT, *(language.code for language in OTHERS)} == LANGUAGES.keys()
