"""The routes of the buyers, and the status that each kind of visitor gets there."""

from dataclasses import dataclass, field
from typing import Any

VISITORS = ("nobody", "taro", "neighbour", "copied cookie", "hanako")
"""Kinds of visitors.

- nobody: has no cookie.
- taro: buyer of another order of the same shop.
- neighbour: buyer of an order with the same code in another shop, who puts 花子's ids into that shop's addresses.
- copied cookie: the neighbour's cookie, sent to 花子's shop.
- hanako: the order's own buyer, to see that the addresses are right.
"""


@dataclass(frozen=True)
class Call:
    """One line of the table: a request, and the status that each of VISITORS gets."""

    endpoint: str
    method: str
    statuses: tuple[int, int, int, int, int]
    query: bool = False
    """Whether the order stands in the query instead of the path."""
    fields: dict[str, str] = field(default_factory=dict)
    htmx: bool = False
    public: bool = False
    """Whether a secret in the address opens it to anybody."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}{' by htmx' if self.htmx else ''}"


def public(status: int, endpoint: str, method: str = "GET", **more: Any) -> Call:
    return Call(endpoint, method, (status,) * 5, public=True, **more)


def personal(hanako: int, endpoint: str, method: str = "GET", **more: Any) -> Call:
    """Return the line of a page of one order: strangers are sent to the login, other buyers get 404."""
    stranger = 204 if more.get("htmx") else 303
    return Call(endpoint, method, (stranger, 404, 404, stranger, hanako), **more)


RECEIPT = {"addressee": "株式会社アクメ", "honorific": "御中", "proviso": "お茶代として", "language": "ja"}
REQUEST = {"kind": "other", "text": "届けてほしい", "reply_to": ""}
CANCEL = {"reason": "", "once": "00000000-0000-4000-8000-000000000001", "version": "1", "takes_effect": "y"}
SIGNED = "webhooks.take_message"
"""Endpoint that no browser sends to: a signature takes the place of the form's token."""
NAME = {"typed": "鈴木 一郎"}
TABLE = (
    public(200, "static"),
    public(200, "health.healthz"),
    public(200, "health.readyz"),
    public(200, "health.robots"),
    public(200, "verification.verify"),
    public(200, "mypage.show_login"),
    public(422, "mypage.log_in", "POST", fields=NAME | {"code": "A-10234"}),
    # The link has the order's code filled in; its own buyer is redirected to the order.
    Call("mypage.show_link_login", "GET", (200, 200, 422, 200, 303), public=True),
    public(422, "mypage.log_in_by_link", "POST", fields=NAME),
    public(200, "mypage.ask_for_link"),
    public(303, "mypage.send_link", "POST", fields={"email": "nobody@example.jp"}),
    public(404, "mypage.picture"),
    # The signed address opens it for half an hour; here it is signed for another shop.
    public(410, "mypage.receipt_file"),
    # This signed address works for a minute, once.
    public(410, "mypage.enter_as_staff"),
    # The address here has the signature of an order's link, which does not fit.
    public(404, "mypage.show_not_me"),
    public(404, "mypage.tell_not_me", "POST"),
    public(404, "mypage.show_withdrawal"),
    public(404, "mypage.withdraw_cancellation", "POST"),
    personal(200, "mypage.show_order"),
    personal(200, "mypage.tracking", htmx=True),
    # Without htmx there is nothing here: it redirects to the page, which checks who is asking.
    Call("mypage.tracking", "GET", (303,) * 5),
    personal(303, "mypage.receipt_form"),
    personal(200, "mypage.preview_receipt", "POST", fields=RECEIPT),
    personal(200, "mypage.preview_receipt", "POST", fields=RECEIPT, htmx=True),
    personal(303, "mypage.issue_receipt", "POST", fields=RECEIPT),
    personal(200, "mypage.receipt"),
    personal(200, "mypage.receipt", htmx=True),
    personal(303, "mypage.take_receipt_again", "POST"),
    personal(303, "mypage.mail_receipt", "POST"),
    personal(200, "mypage.statement"),
    personal(200, "mypage.delivery_note"),
    # Without the second step it leads there.
    personal(303, "mypage.yearly_statement"),
    personal(200, "mypage.return_invoice"),
    personal(200, "mypage.new_request", query=True),
    personal(303, "mypage.create_request", "POST", query=True, fields=REQUEST),
    personal(200, "mypage.show_request"),
    personal(200, "mypage.show_second_step", query=True),
    personal(303, "mypage.after_login_code", query=True),
    personal(303, "mypage.send_login_code", "POST", query=True),
    personal(422, "mypage.take_second_step", "POST", query=True, fields={"code": "000000"}),
    # Every buyer sees their own list.
    Call("mypage.show_subscriptions", "GET", (303, 200, 200, 303, 200)),
    personal(200, "mypage.show_subscription"),
    personal(200, "mypage.subscription_calendar"),
    personal(200, "mypage.show_cancel"),
    # Changes ask for the emailed code first.
    personal(303, "mypage.preview_cancel", "POST", fields=CANCEL),
    personal(303, "mypage.confirm_cancel", "POST", fields=CANCEL),
    personal(200, "mypage.show_canceled"),
    personal(200, "mypage.cancellation_proof"),
    personal(303, "mypage.show_own_address"),
    personal(303, "mypage.preview_own_address", "POST"),
    personal(303, "mypage.confirm_own_address", "POST"),
    personal(303, "mypage.show_new_address"),
    personal(303, "mypage.add_address", "POST"),
    personal(303, "mypage.show_listed_address"),
    personal(303, "mypage.preview_listed_address", "POST"),
    personal(303, "mypage.confirm_listed_address", "POST"),
    personal(303, "mypage.show_address_removal"),
    personal(303, "mypage.remove_address", "POST"),
    personal(303, "mypage.show_places", "POST"),
    personal(303, "mypage.after_places"),
    # A skip, for which shops do not ask for the code.
    personal(200, "mypage.show_change"),
    personal(200, "mypage.preview_change", "POST", fields={"version": "1"}),
    # What is confirmed here was not shown: the digest of the preview is missing.
    personal(409, "mypage.confirm_change", "POST", fields=CANCEL),
    personal(200, "mypage.show_done_change"),
    # These redirect to the forms, which check who is asking.
    Call("mypage.after_confirm_change", "GET", (303,) * 5),
    Call("mypage.after_confirm_own_address", "GET", (303,) * 5),
    Call("mypage.after_confirm_listed_address", "GET", (303,) * 5),
    personal(303, "mypage.show_cards"),
    personal(303, "mypage.new_card"),
    personal(303, "mypage.start_card", "POST"),
    personal(303, "mypage.show_card_return"),
    personal(303, "mypage.give_card_up"),
    personal(303, "mypage.show_card_use"),
    personal(303, "mypage.use_card", "POST"),
    personal(303, "mypage.make_card_default", "POST"),
    # This redirects to the list, which checks who is asking.
    Call("mypage.after_card_default", "GET", (303,) * 5),
    personal(303, "mypage.show_card_deletion"),
    personal(303, "mypage.delete_card", "POST"),
    personal(303, "mypage.show_retry"),
    personal(303, "mypage.retry_payment", "POST"),
    # No payment company has this name; real ones sign their messages.
    public(404, SIGNED, "POST"),
    # The logout comes last, as it ends the visitor's session.
    public(303, "mypage.log_out", "POST"),
)
SANDBOX = {"sandbox.show_card_page", "sandbox.take_card"}
DEVELOPMENT_ONLY = {"dev.mails", "dev.mail", "dev.source", "dev.attachment"} | SANDBOX
