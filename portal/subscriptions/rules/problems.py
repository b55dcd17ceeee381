"""What may be wrong with a shop's settings for its subscriptions, and what to know of them."""

from enum import StrEnum


class Problem(StrEnum):
    """Reason why a setting is refused."""

    NUMBER = "number"
    """No number, or outside its bounds."""
    CHOICE = "choice"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    RANGE_MISSING = "range_missing"
    """A cycle is offered without the smallest or largest n."""
    RANGE_BACKWARDS = "range_backwards"
    MADE_TOO_LATE = "made_too_late"
    """The creation date, counted back from the delivery date, would come after the ship date."""
    NEVER_OPEN = "never_open"
    """All seven weekdays are closed."""
    ACTIVE_ONES = "active_ones"
    """Subscriptions would be switched off while some are active."""
    SKIPS_ZERO = "skips_zero"
    """Buyers may skip deliveries, but the largest number in a row is 0."""
    OFFER_TWICE = "offer_twice"
    OFFER_NOT_ALLOWED = "offer_not_allowed"
    """An offer before a cancellation is a change that buyers may not make."""
    PREFIX_EMPTY = "prefix_empty"
    PREFIX_CHARACTERS = "prefix_characters"
    LAST_TOO_LARGE = "last_too_large"
    """The last number has more digits than the numbers have."""
    NAME_TWICE = "name_twice"


class Advice(StrEnum):
    """Something that staff should know about a setting, although it is allowed."""

    NO_CYCLES = "no_cycles"
    """Buyers may change the cycle, but none is offered."""
    NO_PAYMENT_METHODS = "no_payment_methods"
    TOLD_TOO_LATE = "told_too_late"
    """The mail about a coming delivery is sent when its order is made already."""
    NEVER_TOLD = "never_told"
    """Buyers get no mail, neither before the order is made nor after it."""
