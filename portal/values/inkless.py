"""Removal of characters that are not seen."""

import re

# Characters without ink: copied along from web pages, or typed to get round "may not be empty"; among them the marks
# that turn the direction of writing, with which a name would read backward.
_INKLESS = re.compile("[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2800\u3164\ufeff\uffa0]")


def clean(text: str) -> str:
    """Remove invisible characters and spaces at both ends, as the text is stored and printed."""
    return _INKLESS.sub("", text).strip()
