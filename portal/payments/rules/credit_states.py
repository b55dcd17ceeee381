"""後払いの与信: the states of an order at a deferred-payment company (such as NP後払い), and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from portal.payments.rules.methods import folded


class Credit(StrEnum):
    """Values of `Order.deferred_state`."""

    TO_REGISTER = "to_register"
    REGISTERED = "registered"
    REGISTRATION_NG = "registration_ng"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    CORRECTION_NG = "correction_ng"
    REPORT_ASKED = "report_asked"
    REPORTING = "reporting"
    REPORTED = "reported"
    REPORT_NG = "report_ng"
    """The shipment that was reported differs from what was registered."""
    CANCEL_ASKED = "cancel_asked"
    CANCELED = "cancelled"


_C = Credit
# Files of the company come now and then: states between two of its reports may have passed unseen.
_REVIEWED = frozenset({_C.APPROVED, _C.PENDING, _C.REJECTED})
_GIVEN_UP = frozenset({_C.CANCEL_ASKED, _C.CANCELED})
MOVES: Mapping[Credit, frozenset[Credit]] = MappingProxyType(
    {
        # The company need not confirm the cancellation of what it never had.
        _C.TO_REGISTER: frozenset({_C.REGISTERED, _C.IN_REVIEW, _C.REGISTRATION_NG, _C.CANCELED}),
        _C.REGISTRATION_NG: frozenset({_C.TO_REGISTER, _C.REGISTERED, _C.CANCELED}),
        _C.REGISTERED: frozenset({_C.IN_REVIEW}) | _REVIEWED | _GIVEN_UP,
        # A correction is reviewed as well, and refused as a correction.
        _C.IN_REVIEW: _REVIEWED | {_C.CORRECTION_NG} | _GIVEN_UP,
        _C.PENDING: frozenset({_C.IN_REVIEW, _C.APPROVED, _C.REJECTED, _C.CORRECTION_NG}) | _GIVEN_UP,
        # Sent again with other data, or given up.
        _C.REJECTED: frozenset({_C.TO_REGISTER}) | _GIVEN_UP,
        # A correction of an approved order is reviewed again.
        _C.APPROVED: frozenset({_C.IN_REVIEW, _C.CORRECTION_NG, _C.REPORT_ASKED}) | _GIVEN_UP,
        _C.CORRECTION_NG: frozenset({_C.IN_REVIEW, _C.APPROVED}) | _GIVEN_UP,
        _C.REPORT_ASKED: frozenset({_C.REPORTING, _C.REPORTED, _C.REPORT_NG}),
        _C.REPORTING: frozenset({_C.REPORTED, _C.REPORT_NG}),
        _C.REPORT_NG: frozenset({_C.REPORT_ASKED}) | _GIVEN_UP,
        _C.REPORTED: _GIVEN_UP,
        _C.CANCEL_ASKED: frozenset({_C.CANCELED}),
        _C.CANCELED: frozenset(),
    }
)
NOT_REGISTERED = frozenset({_C.TO_REGISTER, _C.REGISTRATION_NG, _C.REJECTED})
"""States in which the company holds nothing of the order."""
BEFORE_APPROVAL = frozenset({_C.TO_REGISTER, _C.REGISTERED, _C.REGISTRATION_NG, _C.IN_REVIEW, _C.PENDING, _C.REJECTED})
REFUSED = frozenset({_C.REGISTRATION_NG, _C.REJECTED})
"""States in which it will not be paid that way: the buyer has to choose another one."""

WORDS: Mapping[Credit, tuple[str, ...]] = MappingProxyType(
    {
        _C.TO_REGISTER: ("登録待ち", "取引登録待ち"),
        _C.REGISTERED: ("登録完了", "取引登録完了"),
        _C.REGISTRATION_NG: ("登録NG", "取引登録NG"),
        _C.IN_REVIEW: ("与信中", "与信登録中", "審査中"),
        _C.APPROVED: ("与信完了", "与信OK", "審査OK"),
        _C.PENDING: ("保留", "与信保留", "審査保留"),
        _C.REJECTED: ("NG", "与信NG", "審査NG"),
        _C.CORRECTION_NG: ("修正NG", "取引修正NG"),
        _C.REPORT_ASKED: ("出荷報告依頼中",),
        _C.REPORTING: ("出荷報告中", "報告中"),
        _C.REPORTED: ("出荷報告完了", "報告完了"),
        _C.REPORT_NG: ("出荷報告NG", "報告NG"),
        _C.CANCEL_ASKED: ("キャンセル依頼中",),
        _C.CANCELED: ("キャンセル完了", "キャンセル済", "キャンセル済み"),
    }
)
"""Words that a file may use for a state; the first is the one that we use."""
_READ = {folded(word): state for state, words in WORDS.items() for word in words} | {
    str(state): state for state in Credit
}


class CreditMoveError(ValueError):
    def __init__(self, current: str, wanted: Credit) -> None:
        super().__init__(f"a deferred payment that is {current or 'none'} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


def moved(current: str, wanted: Credit) -> Credit:
    """Return `wanted`, which may equal `current`. Raise CreditMoveError if no real payment makes that move."""
    if current == wanted:
        return wanted
    # An order that came in without a state may be in any state at the company.
    if current and wanted not in MOVES[Credit(current)]:
        raise CreditMoveError(current, wanted)
    return wanted


def read(words: str) -> Credit | None:
    """Read a state from the company's words or from its code, or return None for unknown words."""
    return _READ.get(folded(words))
