"""カードの期限: cards that have expired or soon will, and mails about them, whose text and recipients are shown first."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.notifications.rules.texts import Text, problems, tidy
from portal.subscriptions.payment import card_mails
from portal.subscriptions.payment.card_mails import Notice
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.roles import Role

MOST = 300
"""Most cards on one page, and most mails at once."""


@blueprint.get("/shops/<slug>/subscriptions/cards")
@needs(Role.VIEWER)
def show_cards() -> str:
    notices = card_mails.due(db.session, g.shop.id, tokyo_date(now()), limit=MOST)
    if notices:
        note_look("subscriptions.viewed", "shop", g.shop.id)
    return render_template("admin/subscriptions/cards/cards.html", notices=notices, most=MOST)


@blueprint.get("/shops/<slug>/subscriptions/cards/mails")
@needs(Role.OPERATOR)
def show_card_mails() -> str | Response:
    """Show who gets which text about the cards in the address; for a single card the text can be written anew."""
    notices = _notices(request.args.getlist("card"))
    if not notices:
        flash(_("カードを選んでください。"), "wrong")
        return redirect(url_for("admin.show_cards"), 303)
    note_look("subscriptions.viewed", "shop", g.shop.id)
    return _mails_page(notices)


@blueprint.post("/shops/<slug>/subscriptions/cards/mails")
@needs(Role.OPERATOR)
def send_card_mails() -> str | tuple[str, int] | Response:
    notices = _notices(request.form.getlist("card"))
    if not notices:
        flash(_("もう期限をお知らせするカードはありません。"), "wrong")
        return redirect(url_for("admin.show_cards"), 303)
    words = _typed() if len(notices) == 1 else None
    if words is not None and problems(words, notices[0].message):
        return _mails_page(notices, words, is_refused=True), 422
    sent = card_mails.send(db.session, mailroom(), g.shop, notices, words=words, actor=staff_actor(), now=now())
    db.session.commit()
    nudge("send_mails")
    flash(_("%(count)s通のメールを送ります。", count=sent), "good")
    return redirect(url_for("admin.show_cards"), 303)


def _notices(keys: Iterable[str]) -> list[Notice]:
    ids: list[UUID] = [found for key in keys if (found := uuid_or_none(key))]
    if len(ids) > MOST:
        abort(400)
    notices = card_mails.of_cards(db.session, g.shop.id, ids, tokyo_date(now()))
    return [notice for notice in notices if notice.recipient]


def _typed() -> Text | None:
    """Return the text that staff wrote this time, or None for the shop's own."""
    subject, body = request.form.get("subject", ""), request.form.get("body", "")
    return tidy(subject, body) if subject or body else None


def _mails_page(notices: list[Notice], words: Text | None = None, *, is_refused: bool = False) -> str:
    letters: dict[str, Any] = {}
    for notice in notices:
        if notice.message not in letters:
            letters[notice.message] = card_mails.preview(db.session, mailroom(), g.shop, notice, now=now())
    return render_template(
        "admin/subscriptions/cards/mails.html", notices=notices, letters=letters, words=words, is_refused=is_refused
    )
