"""The shop's terms and a subscription's standing, read from their rows, for `allowances`."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.record.facts import Frame, facts_of, plan_item
from portal.subscriptions.rules.allowances import Change, ChangeTerms, Standing, Verdict, verdict
from portal.subscriptions.schedule import commitment, methods, plan


def verdicts(session: Session, subscription: Subscription, frame: Frame, today: date) -> Mapping[Change, Verdict]:
    """Return for every change whether its buyer may make it now, and why not."""
    terms, standing = terms_of(frame), standing_of(session, subscription, frame)
    return {change: verdict(change, terms, standing, today) for change in Change}


def terms_of(frame: Frame) -> ChangeTerms:
    of_shop = frame.rules
    offers = {Change.CYCLE: of_shop.cycles_offered, Change.PAYMENT: of_shop.payment_methods}
    return ChangeTerms(
        changes=of_shop.changes,
        skips_allowed=of_shop.skips_allowed,
        cancel_within_commitment=of_shop.cancel_within_commitment,
        takes_new=of_shop.takes_new,
        offers=frozenset(change for change, offered in offers.items() if offered),
    )


def standing_of(session: Session, subscription: Subscription, frame: Frame) -> Standing:
    dateless = methods.dateless_days(subscription.carrier, subscription.delivery_method, frame.rules.dateless_days)
    return Standing(
        state=subscription.state,
        creation_on=subscription.next_creation_on,
        next_order_on=_next_order_on(session, subscription, frame),
        next_skipped=subscription.next_skipped,
        skips_in_a_row=subscription.skips_in_a_row,
        has_slots=dateless is None,
        is_member=subscription.customer_number != "",
        commitment_met=commitment(list(map(plan_item, subscription.items)), subscription.orders_made).met,
    )


def _next_order_on(session: Session, subscription: Subscription, frame: Frame) -> date:
    if not subscription.next_skipped:
        return subscription.next_creation_on
    # The next one is skipped, the one after it never is.
    kept = [one.creation_on for one in plan(facts_of(session, subscription, frame), 2) if not one.skipped]
    return kept[0] if kept else subscription.next_creation_on
