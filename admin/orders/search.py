"""注文: the list with its search, one box for whatever an order can be found by."""

from collections.abc import Sequence
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin.audit.looks import ONE_SEARCH, note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, shops_of, staff_actor
from admin.orders.search_form import WORDS, OrdersForm
from portal import audit
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import Shop
from portal.orders import search
from portal.orders.search import Cursor, Filters, Payment, SearchTerms
from portal.payments.rules.methods import PaymentClass, classify
from portal.values.roles import Role
from portal.web.redirects import is_partial


@blueprint.get("/shops/<slug>/orders")
@needs(Role.VIEWER)
def show_orders() -> str | tuple[str, int] | Response:
    mine = _my_shops()
    form = OrdersForm(request.args)
    form.offer(search.payment_words(db.session, g.shop.id), several_shops=len(mine) > 1)
    only_results = is_partial()
    template = "admin/orders/_results.html" if only_results else "admin/orders/list.html"
    if not form.validate():
        return render_template(template, form=form, page=None, shops={}), 422
    shops = {shop.id: shop for shop in (mine if form.of_all_shops else [g.shop])}
    terms, cursor = search.parse(form.q.data or ""), _cursor()
    if terms and not only_results and not cursor:
        _note_search(terms, list(shops))
        order = None if form.narrows else search.exact(db.session, list(shops), terms)
        if order:
            return redirect(url_for(".show_order", slug=shops[order.shop_id].slug, order_id=order.id), 303)
    filters = _filters(form, list(shops.values()))
    page = search.find(db.session, list(shops), terms, filters, cursor)
    total, is_all = search.count(db.session, list(shops), terms, filters, page)
    for shop_id in {hit.shop_id for hit in page.hits}:
        note_look("orders.viewed", "shop", shop_id, shop_id=shop_id)
        if terms and only_results:
            words = {"q": (None, terms.text)}
            note_look("orders.searched", "shop", shop_id, shop_id=shop_id, once_in=ONE_SEARCH, changes=words)
    return render_template(
        template,
        form=form,
        page=page,
        total=total,
        is_all=is_all,
        shops=shops,
        is_later=cursor is not None,
        has_orders=bool(page.hits) or bool(search.find(db.session, [g.shop.id]).hits),
    )


def _my_shops() -> list[Shop]:
    """Return the shops that this session may enter: one that demands the authenticator only after its code."""
    mine = shops_of(current_user.staff.id)
    return [shop for shop in mine if current_user.totp_at or not shop.totp_demanded]


def _cursor() -> Cursor | None:
    for name, is_newer in (("before", True), ("after", False)):
        if place := search.read_place(request.args.get(name, "")):
            return Cursor(place, newer=is_newer)
    return None


def _filters(form: OrdersForm, shops: Sequence[Shop]) -> Filters:
    return Filters(
        statuses=form.statuses,
        since=form.since.data,
        until=form.until.data,
        payment={shop.id: _payment(form.payment.data, shop) for shop in shops} if form.payment.data else {},
        attention=form.attention.data,
    )


def _payment(chosen: str, shop: Shop) -> Payment:
    if chosen.startswith(WORDS):
        return Payment((chosen.removeprefix(WORDS),))
    own = {words: PaymentClass(kind) for words, kind in shop.payment_words.items()}
    known = search.payment_words(db.session, shop.id)
    return Payment([words for words in known if classify(words, own) == chosen], decided=chosen)


def _note_search(terms: SearchTerms, shops: Sequence[UUID]) -> None:
    """Record who searched for what; the words may be a buyer's data, so they are stored where they can be erased."""
    with writing_session() as session:
        for shop_id in shops:
            audit.record(
                session,
                shop_id=shop_id,
                actor=staff_actor(),
                action="orders.searched",
                subject=("shop", shop_id),
                now=now(),
                changes={"q": (None, terms.text)},
            )
