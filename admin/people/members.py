"""担当者: the people who work for the shop."""

from uuid import UUID

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom
from admin.people.login_form import email_field, is_address
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Staff
from portal.staff import members, password_links
from portal.staff.members import LastManagerError, Member, StaleError
from portal.values.roles import Role
from portal.web.fields import SelectChoice, required_text
from portal.web.languages import locale

ROLES = (
    SelectChoice(Role.VIEWER.value, _l("閲覧（見るだけ）")),
    SelectChoice(Role.OPERATOR.value, _l("担当（領収書の発行や注文の変更もできる）")),
    SelectChoice(Role.MANAGER.value, _l("管理者（設定・担当者・書き出しもできる）")),
)
SHORT = {Role.VIEWER: _l("閲覧"), Role.OPERATOR: _l("担当"), Role.MANAGER: _l("管理者")}


class RoleForm(FlaskForm):
    """A member's role; `was` is the one that the form was opened with."""

    role = RadioField(_l("できること"), choices=ROLES, default=Role.OPERATOR.value)
    was = HiddenField()


class InviteForm(FlaskForm):
    name = required_text(
        _l("お名前"), _l("お名前を入力してください。"), 100, _l("長すぎます。100文字までにしてください。")
    )
    email = email_field(is_address)
    role = RadioField(_l("できること"), choices=ROLES, default=Role.OPERATOR.value)


@blueprint.get("/shops/<slug>/members")
@needs(Role.MANAGER)
def show_members() -> str:
    return page(InviteForm())


@blueprint.post("/shops/<slug>/members")
@needs(Role.MANAGER)
def invite_member() -> Response:
    form = InviteForm()
    if not form.validate():
        return make_response(page(form), 422)
    instant = now()
    added = members.add(
        db.session,
        g.shop,
        email=form.email.data or "",
        name=form.name.data or "",
        role=Role(form.role.data),
        actor=staff_actor(),
        now=instant,
    )
    if not added.is_new_member:
        form.email.errors = [_("この方は、すでにこの店舗の担当者です。")]
        return make_response(page(form), 422)
    invite(added.staff)
    db.session.commit()
    nudge("send_mails")
    flash(_("%(email)s に、ご招待のメールを送りました。", email=added.staff.email), "good")
    return to_members()


@blueprint.get("/shops/<slug>/members/<uuid:member_id>")
@needs(Role.MANAGER)
def show_member(member_id: UUID) -> str:
    found = load(member_id)
    return member_page(found, RoleForm(role=found.role.value, was=found.role.value))


@blueprint.post("/shops/<slug>/members/<uuid:member_id>/role")
@needs(Role.MANAGER)
def change_role(member_id: UUID) -> Response:
    found = load(member_id)
    form = RoleForm()
    if not form.validate():
        return make_response(member_page(found, form), 422)
    role, actor = Role(form.role.data), staff_actor()
    try:
        members.change_role(db.session, g.shop, member_id, was=form.was.data or "", role=role, actor=actor, now=now())
    except (LastManagerError, StaleError, LookupError) as problem:
        return refused(problem, member_id)
    db.session.commit()
    flash(_("%(name)sさんのできることを「%(role)s」に変えました。", name=found.staff.name, role=SHORT[role]), "good")
    return to_members()


@blueprint.post("/shops/<slug>/members/<uuid:member_id>/remove")
@needs(Role.MANAGER)
def remove_member(member_id: UUID) -> Response:
    try:
        removed = members.remove(db.session, g.shop, member_id, actor=staff_actor(), now=now())
    except LastManagerError as problem:
        return refused(problem, member_id)
    db.session.commit()
    if removed is None:
        return to_members()
    flash(_("%(name)sさんを、この店舗の担当者から外しました。", name=removed.name), "good")
    return redirect(url_for("admin.show_shops"), 303) if removed.id == current_user.staff.id else to_members()


@blueprint.post("/shops/<slug>/members/<uuid:member_id>/invitation")
@needs(Role.MANAGER)
def invite_again(member_id: UUID) -> Response:
    found = load(member_id)
    if not found.is_invited:
        flash(_("この方は、もうパスワードを決めています。"), "wrong")
    elif not password_links.may_have_another(db.session, found.staff, now()):
        flash(_("先ほどメールを送りました。届くまで、少しお待ちください。"), "wrong")
    else:
        invite(found.staff)
        members.note_invited_again(db.session, g.shop, found.staff, actor=staff_actor(), now=now())
        db.session.commit()
        nudge("send_mails")
        flash(_("%(email)s に、ご招待のメールをもう一度送りました。", email=found.staff.email), "good")
    return redirect(url_for("admin.show_member", member_id=member_id), 303)


def load(member_id: UUID) -> Member:
    return members.find(db.session, g.shop, member_id) or abort(404)


def invite(staff: Staff) -> None:
    inviter = current_user.staff.name
    password_links.invite(db.session, g.shop, staff, by=inviter, mailroom=mailroom(), language=locale(), now=now())


def refused(problem: Exception, member_id: UUID) -> Response:
    if isinstance(problem, LookupError):
        abort(404)
    db.session.rollback()
    if isinstance(problem, StaleError):
        flash(_("ほかの方が先に変えたため、何も変えていません。今の内容をご覧ください。"), "wrong")
    else:
        flash(_("管理者が1人もいなくなるため、変えられません。先に、ほかの方を管理者にしてください。"), "wrong")
    return redirect(url_for("admin.show_member", member_id=member_id), 303)


def page(form: InviteForm) -> str:
    listed = members.of_shop(db.session, g.shop)
    return render_template("admin/people/members.html", form=form, members=listed, roles=SHORT)


def member_page(found: Member, form: RoleForm) -> str:
    is_self = found.staff.id == current_user.staff.id
    return render_template("admin/people/member.html", member=found, form=form, roles=SHORT, is_self=is_self)


def to_members() -> Response:
    return redirect(url_for("admin.show_members"), 303)
