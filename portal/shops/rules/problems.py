"""What may be wrong with a setting. The pages put it into words."""

from enum import StrEnum


class Problem(StrEnum):
    """The reason why a setting is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    CONTROL = "control"
    UNPRINTABLE = "unprintable"
    """A character that the documents' fonts do not have."""
    CHOICE = "choice"
    """A value that is none of those to choose from."""
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    URL = "url"
    COLOUR = "colour"
    REGISTRATION = "registration"
    """A number that is not T and 13 digits."""
    DAYS = "days"
    """A number of days that is too small or too large."""
    RATE = "rate"
    """A rate that today's law does not have."""
    JAPANESE = "japanese"
    """Languages without Japanese, in which the buyer's pages are always there."""
    RAKUTEN_BY_PHONE = "rakuten_by_phone"
    OWN_APP_FIRST = "own_app_first"
    NOBODY_TO_ASK = "nobody_to_ask"
    DOUBLE_RECEIPTS = "double_receipts"
    """Receipts beside the mall's own, without the confirmation that both will be there."""
    NEVER_ISSUED = "never_issued"
    """A receipt for cash on delivery, beside the driver's, or for a payment that nobody knows."""
    WORD_TWICE = "word_twice"
    """One word with two meanings."""


class Advice(StrEnum):
    """A hint on a setting that is allowed but that staff should think about."""

    CHECK_DIGIT = "check_digit"
    ISSUER_MISSING = "issuer_missing"
    PALE = "pale"
    FREE_MAIL = "free_mail"
    RATE_UNKNOWN = "rate_unknown"
