"""What may be wrong with a setting. The words for it are the pages'."""

from enum import StrEnum


class Problem(StrEnum):
    """Why it is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    CONTROL = "control"
    UNPRINTABLE = "unprintable"
    """The documents' fonts have no such character."""
    CHOICE = "choice"
    """None of the values there are."""
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    URL = "url"
    COLOUR = "colour"
    REGISTRATION = "registration"
    """Not T and 13 digits."""
    RATE = "rate"
    """No tax rate of today's law."""
    JAPANESE = "japanese"
    """The buyer's pages are always there in Japanese."""
    RAKUTEN_BY_PHONE = "rakuten_by_phone"
    OWN_APP_FIRST = "own_app_first"
    NOBODY_TO_ASK = "nobody_to_ask"
    WORD_TOO_SHORT = "word_too_short"
    """It would be found in nearly every payment method."""
    WORD_TWICE = "word_twice"
    """The same word with two meanings."""


class Advice(StrEnum):
    """What staff should know although it is allowed."""

    CHECK_DIGIT = "check_digit"
    ISSUER_MISSING = "issuer_missing"
    PALE = "pale"
    FREE_MAIL = "free_mail"
    RATE_UNKNOWN = "rate_unknown"
