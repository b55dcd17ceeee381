"""Why a verb did not do what was asked. Codes only: the sentences are the views'."""

from enum import StrEnum

from portal.models import ListedAddress, Subscription


class Refusal(StrEnum):
    DELETED = "deleted"
    STATE = "state"
    """Nothing leads from its state to the wanted one, or only a running one can have it."""
    FINISHED = "finished"
    """Nothing but notes can be changed any more."""
    LOCKED = "locked"
    """It is the creation date: until its order is made everything stays as it is."""
    TOO_LATE = "too_late"
    """The creation date of the delivery has come."""
    TOO_MANY_SKIPS = "too_many_skips"
    RESUME_DATE = "resume_date"
    """Not after today."""
    TOO_NEAR = "too_near"
    """Earlier than the shop can deliver."""
    DATE_TAKEN = "date_taken"
    """A cycle of this date, or of a later one, was dealt with already."""
    SHIP_AFTER_DELIVERY = "ship_after_delivery"
    CREATION_AFTER_SHIP = "creation_after_ship"
    CYCLE = "cycle"
    """No cycle rule reads like that."""
    CYCLE_BASE = "cycle_base"
    """Months go on from the next delivery, not from today."""
    REQUIRED = "required"
    OUT_OF_RANGE = "out_of_range"
    NO_ITEMS = "no_items"
    METHOD_NOT_OFFERED = "method_not_offered"
    """The shop does not offer this payment for subscriptions."""
    CANNOT_COLLECT = "cannot_collect"
    """The delivery method collects no money at the door."""
    NO_SLOTS = "no_slots"
    """The delivery method has neither date nor time slot."""
    NO_CARD = "no_card"
    """No registered card of this buyer."""
    NO_CONSENT = "no_consent"
    """The wallet has no agreement of the buyer."""
    ADDRESS = "address"
    """Not of this buyer, or no longer in the list."""
    ADDRESS_IN_USE = "address_in_use"
    EMAIL = "email"
    LABEL = "label"
    """Not of this shop."""
    NOT_ENABLED = "not_enabled"
    """The shop has no subscriptions."""
    TAKES_NO_NEW = "takes_no_new"
    NUMBERS_USED_UP = "numbers_used_up"
    FIELD = "field"
    """No field of this shop."""
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_AN_OPTION = "not_an_option"
    ONE_ANSWER = "one_answer"


class RefusedError(ValueError):
    """Nothing was changed. `field` is the column (or `items`, a custom field's id) that the code is about."""

    def __init__(self, code: Refusal, field: str = "") -> None:
        super().__init__(f"{code}: {field}" if field else str(code))
        self.code = code
        self.field = field


class StaleError(Exception):
    """Somebody else has changed it since the form was made; nothing was written. `current` is as it is now."""

    def __init__(self, current: Subscription | ListedAddress) -> None:
        super().__init__(str(current.id))
        self.current = current
