"""What comes out of a text field before any rule sees it."""

import unicodedata


def plain(text: str | None) -> str | None:
    """Without blanks at the ends and without control characters: nobody types them, and PostgreSQL refuses NUL."""
    return text and "".join(char for char in text if unicodedata.category(char) != "Cc").strip()


def plain_lines(text: str | None) -> str | None:
    """As `plain`, for a text of several lines."""
    return text and "\n".join(plain(line) or "" for line in text.splitlines()).strip()
