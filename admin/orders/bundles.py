"""同梱: proposals of orders that could share a parcel."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from portal.clock import now
from portal.extensions import db
from portal.models import BundleCandidate, Order
from portal.shipments import bundling
from portal.values.ids import uuid_or_none
from portal.values.roles import Role

SHOWN = 100


@dataclass(frozen=True)
class Proposal:
    candidate: BundleCandidate
    orders: list[Order]

    @property
    def days(self) -> set[object]:
        """Return the delivery days and slots that were asked for; more than one means that they differ."""
        parcels = [parcel for order in self.orders for parcel in order.shipments if parcel.status == "waiting"]
        return {(parcel.requested_on, parcel.requested_slot) for parcel in parcels}


@blueprint.get("/shops/<slug>/bundles")
@needs(Role.VIEWER)
def show_bundles() -> str:
    opened = select(BundleCandidate).filter_by(shop_id=g.shop.id, state="open")
    candidates = db.session.scalars(opened.order_by(BundleCandidate.created_at).limit(SHOWN)).all()
    proposals = [Proposal(candidate, bundling.members_of(db.session, candidate)) for candidate in candidates]
    if proposals:
        note_look("bundle.viewed", "shop", g.shop.id)
    return render_template("admin/orders/bundles.html", proposals=proposals)


@blueprint.post("/shops/<slug>/bundles/<uuid:candidate_id>/parcel")
@needs(Role.OPERATOR)
def bundle_orders(candidate_id: UUID) -> Response:
    candidate = _require(candidate_id)
    chosen = {key for text in request.form.getlist("order") if (key := uuid_or_none(text))}
    if len(chosen) < 2:
        flash(_("同梱する注文を2件以上選んでください。"), "wrong")
        return _back()
    try:
        bundling.bundle(db.session, candidate, chosen, actor=staff_actor(), now=now())
    except bundling.StaleProposalError:
        return _stale()
    db.session.commit()
    flash(_("1つの荷物にまとめました。"), "good")
    return _back()


@blueprint.post("/shops/<slug>/bundles/<uuid:candidate_id>/decline")
@needs(Role.OPERATOR)
def decline_bundle(candidate_id: UUID) -> Response:
    try:
        bundling.decline(db.session, _require(candidate_id), actor=staff_actor(), now=now())
    except bundling.StaleProposalError:
        return _stale()
    db.session.commit()
    flash(_("別々に出荷します。出荷作業に移せるようになりました。"), "good")
    return _back()


def _require(candidate_id: UUID) -> BundleCandidate:
    found = db.session.scalar(select(BundleCandidate).filter_by(shop_id=g.shop.id, id=candidate_id))
    return found or abort(404)


def _stale() -> Response:
    db.session.rollback()
    flash(_("この候補は、ほかの人が先に決めたか、注文の内容が変わりました。下の一覧が今の候補です。"), "wrong")
    return _back()


def _back() -> Response:
    return redirect(url_for("admin.show_bundles"), 303)
