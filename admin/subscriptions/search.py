"""定期受注: the list with its search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from admin.audit.looks import ONE_SEARCH, note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.exports_form import ExportForm
from admin.subscriptions.search_form import DELETED, SubscriptionsForm
from admin.subscriptions.words import attention_words, state_names, stop_words
from portal import audit
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import Subscription, SubscriptionLabel, SubscriptionLabelling
from portal.subscriptions.changes import acknowledgments
from portal.subscriptions.overview import search
from portal.subscriptions.overview.search import MOST_COUNTED, Cursor, Filters, Page, SearchTerms
from portal.subscriptions.record.facts import facts_of
from portal.subscriptions.schedule import plan
from portal.subscriptions.terms import labels
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.states import SubscriptionState
from portal.web.redirects import is_partial
from portal.web.terms import shop_frame


@dataclass(frozen=True)
class Line:
    subscription: Subscription
    amount: int | None
    """Yen of the next order, None if there is none."""
    labels: Sequence[str]


@blueprint.get("/shops/<slug>/subscriptions")
@needs(Role.VIEWER)
def show_subscriptions() -> str | tuple[str, int] | Response:
    names = state_names(shop_frame().rules.status_names)
    form = SubscriptionsForm(request.args)
    form.offer(names, search.payments_of(db.session, g.shop.id), labels.of_shop(db.session, g.shop.id))
    only_results = is_partial()
    template = "admin/subscriptions/_results.html" if only_results else "admin/subscriptions/list.html"
    context: dict[str, Any] = {"form": form, "names": names, "counts": {} if only_results else _counts()}
    if not form.validate():
        return render_template(template, **context, page=None), 422
    terms, filters, cursor = search.parse(form.q.data or ""), form.filters, _cursor(form.filters)
    if terms and not only_results and not cursor:
        _note_search(terms)
        if known := None if form.narrows else _named(terms):
            return redirect(known, 303)
    page = search.find(db.session, g.shop.id, terms, filters, cursor)
    if page.ids:
        note_look("subscriptions.viewed", "shop", g.shop.id)
    if page.ids and terms and only_results:
        words = {"q": (None, terms.text)}
        note_look("subscriptions.searched", "shop", g.shop.id, once_in=ONE_SEARCH, changes=words)
    return render_template(
        template,
        **context,
        page=page,
        lines=_lines(page),
        total=search.count(db.session, g.shop.id, terms, filters),
        most_counted=MOST_COUNTED,
        is_later=cursor is not None,
        has_any=bool(page.ids) or bool(search.find(db.session, g.shop.id, None, Filters()).ids),
        attention_words=attention_words,
        stop_words=stop_words,
        export_form=ExportForm(formdata=None),
        today=tokyo_date(now()),
    )


def _named(terms: SearchTerms) -> str | None:
    """Return the address of the only subscription that can be meant, or None.

    It is found by its own number, or by the number of a change of it.
    """
    subscription_id = search.exact(db.session, g.shop.id, terms)
    if subscription_id:
        return url_for(".show_subscription", subscription_id=subscription_id)
    receipt = acknowledgments.find(db.session, g.shop.id, terms.text)
    if receipt is None:
        return None
    return url_for(".show_subscription_history", subscription_id=receipt.subscription_id, _anchor=receipt.number)


def _cursor(filters: Filters) -> Cursor | None:
    for name, back in (("before", True), ("after", False)):
        if place := search.read_place(request.args.get(name, ""), filters.by):
            return Cursor(place, back=back)
    return None


def _counts() -> dict[str, int]:
    """Count the subscriptions of each state, those that need a person, and the deleted ones."""
    narrowed = {str(state): Filters(states=frozenset({state})) for state in SubscriptionState}
    narrowed |= {"attention": Filters(attention=True), DELETED: Filters(deleted=True)}
    return {name: search.count(db.session, g.shop.id, None, filters) for name, filters in narrowed.items()}


def _lines(page: Page) -> list[Line]:
    query = select(Subscription).where(Subscription.id.in_(page.ids)).options(selectinload(Subscription.items))
    found = {subscription.id: subscription for subscription in db.session.scalars(query)}
    labelled = _labels(page.ids)
    frame = shop_frame()
    lines = []
    for subscription in (found[one] for one in page.ids if one in found):
        coming = subscription.state != SubscriptionState.FINISHED and subscription.deleted_at is None
        following = plan(facts_of(db.session, subscription, frame), 1) if coming else []
        amount = following[0].total if following else None
        lines.append(Line(subscription, amount, labelled.get(subscription.id, ())))
    return lines


def _labels(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = db.session.execute(
        select(SubscriptionLabelling.subscription_id, SubscriptionLabel.name)
        .join(SubscriptionLabel, SubscriptionLabel.id == SubscriptionLabelling.label_id)
        .where(SubscriptionLabelling.subscription_id.in_(ids))
        .order_by(SubscriptionLabel.name)
    )
    found: dict[UUID, list[str]] = {}
    for subscription_id, name in rows:
        found.setdefault(subscription_id, []).append(name)
    return found


def _note_search(terms: SearchTerms) -> None:
    """Record a search; its words may be a buyer's data, so they are stored where they can be erased."""
    with writing_session() as session:
        audit.record_about(
            session, g.shop, "subscriptions.searched", {"q": (None, terms.text)}, actor=staff_actor(), now=now()
        )
