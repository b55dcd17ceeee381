"""Jobs for buyers' cards: look up unfinished registrations, tell of cards that expire."""

from flask import current_app
from sqlalchemy import select

from portal import card_returns, clock
from portal.jobs.context import TOLD_A_RUN, begin, ports, reading
from portal.jobs.queue import job, nudge
from portal.models import SubscriptionRules
from portal.ports import GatewayDownError
from portal.subscriptions.payment import card_mails, registering

CARDS_A_RUN = 50


@job
def settle_cards() -> None:
    """Look up set-ups whose buyer did not come back and whose message from the company was lost; end the old ones."""
    with reading() as session:
        found = registering.open_ones(session, ports().gateways.keys(), clock.now(), CARDS_A_RUN)
    for one in found:
        is_over = one.started_at < clock.now() - registering.OVER_AFTER
        try:
            is_written = card_returns.look_up(one.id, one.gateway, one.reference, gives_up=is_over)
        except GatewayDownError:
            return
        for name in card_returns.NUDGES if is_written else ():
            nudge(name)


@job
def tell_cards() -> None:
    """Mail buyers whose card expires soon or has expired, for shops that let these mails go out by themselves."""
    with begin() as session:
        telling = session.scalars(select(SubscriptionRules).where(SubscriptionRules.card_mails)).all()
    told = 0
    for rules in telling:
        with begin() as session, session.begin():
            room = current_app.extensions["mailroom"]
            told += card_mails.tell(session, room, rules, actor="job:tell_cards", now=clock.now(), limit=TOLD_A_RUN)
    if told:
        nudge("send_mails")
