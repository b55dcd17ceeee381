"""Why a verb refused what was asked, as codes only; the views have the sentences."""

from enum import StrEnum

from portal.models import ListedAddress, Subscription


class Refusal(StrEnum):
    DELETED = "deleted"
    STATE = "state"
    """The wanted state cannot be reached from this one, or the change is for active subscriptions only."""
    FINISHED = "finished"
    """The subscription is finished: nothing but its notes can be changed."""
    LOCKED = "locked"
    """It is the creation date: nothing can be changed until the order is made."""
    TOO_LATE = "too_late"
    """The creation date of the delivery has come."""
    TOO_MANY_SKIPS = "too_many_skips"
    RESUME_DATE = "resume_date"
    """The date of return is not after today."""
    TOO_NEAR = "too_near"
    """The date is earlier than the shop can deliver."""
    DATE_TAKEN = "date_taken"
    """A cycle of this date, or of a later one, was processed already."""
    SHIP_AFTER_DELIVERY = "ship_after_delivery"
    CREATION_AFTER_SHIP = "creation_after_ship"
    CYCLE = "cycle"
    """The text is no cycle."""
    CYCLE_BASE = "cycle_base"
    """A cycle in months can start only from the next delivery, not from today."""
    REQUIRED = "required"
    OUT_OF_RANGE = "out_of_range"
    NO_ITEMS = "no_items"
    METHOD_NOT_OFFERED = "method_not_offered"
    """The shop does not offer this payment method for subscriptions."""
    CANNOT_COLLECT = "cannot_collect"
    """The delivery method cannot collect money at the door."""
    NO_SLOTS = "no_slots"
    """The delivery method takes neither date nor time slot."""
    NO_CARD = "no_card"
    """The buyer has no such registered card."""
    NO_CONSENT = "no_consent"
    """The wallet has no agreement of the buyer."""
    ADDRESS = "address"
    """The address is not this buyer's, or no longer in the list."""
    ADDRESS_IN_USE = "address_in_use"
    EMAIL = "email"
    LABEL = "label"
    """The shop has no such label."""
    NOT_ENABLED = "not_enabled"
    """The shop has no subscriptions, or does not make their orders here."""
    TAKES_NO_NEW = "takes_no_new"
    NUMBERS_USED_UP = "numbers_used_up"
    FIELD = "field"
    """The shop has no such custom field, or no longer asks for it."""
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_AN_OPTION = "not_an_option"
    ONE_ANSWER = "one_answer"


class RefusedError(ValueError):
    """Refusal of a verb, which changed nothing. `field`: the column, `items` or custom field's id that it is about."""

    def __init__(self, code: Refusal, field: str = "") -> None:
        super().__init__(f"{code}: {field}" if field else str(code))
        self.code = code
        self.field = field


class StaleError(Exception):
    """Somebody else changed the row since the form was made; nothing was written. `current`: the row as it is now."""

    def __init__(self, current: Subscription | ListedAddress) -> None:
        super().__init__(str(current.id))
        self.current = current
