"""The second half of signing in: the code of the authenticator app, or a recovery code."""

from datetime import datetime
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import anyone
from admin.ground.services import seal, secret
from admin.people.login import HALFWAY, flood, let_in, locked_page, start_session
from admin.people.login_form import CodeForm
from portal.clock import now
from portal.extensions import client_address, reading, writing_session
from portal.staff import entering
from portal.staff.entering import Admitted, Halfway
from portal.staff.second_factor import Locked
from portal.web.pace import pace


@blueprint.get("/login/code")
@anyone
def show_login_code() -> str | Response:
    return page(CodeForm()) if halfway(now()) else from_the_start()


@blueprint.post("/login/code")
@anyone
@flood
@reading
def take_login_code() -> Response:
    started, instant = pace().clock(), now()
    proved = halfway(instant)
    if proved is None:
        return from_the_start()
    form = CodeForm()
    if not form.validate():
        return make_response(page(form), 422)
    token = ""
    with writing_session() as writing:
        outcome = entering.judge_code(
            writing,
            proved,
            form.code.data or "",
            client=client_address(),
            seal=seal(),
            secret=secret(),
            now=instant,
        )
        if isinstance(outcome, Admitted):
            token = start_session(writing, outcome, instant)
    if isinstance(outcome, Admitted):
        return let_in(token)
    if outcome is None:
        return from_the_start()
    answer = locked_page(outcome, instant) if isinstance(outcome, Locked) else make_response(page(form, True), 422)
    pace().hold(started)
    return answer


def halfway(instant: datetime) -> Halfway | None:
    """Return what the cookie, which only we can write, says of the password step; None without one in time."""
    kept = session.get(HALFWAY)
    if not kept or instant.timestamp() >= kept["until"]:
        return None
    return Halfway(UUID(kept["staff"]), kept["seal"])


def from_the_start() -> Response:
    session.pop(HALFWAY, None)
    flash(_("時間がたったため、もう一度パスワードから入力してください。"), "wrong")
    return redirect(url_for("admin.show_login", back=request.args.get("back")), 303)


def page(form: CodeForm, failed: bool = False) -> str:
    back, by_recovery = request.args.get("back"), "recovery" in request.args
    if by_recovery:
        form.code.label.text = _("回復コード")
    other = None if by_recovery else 1
    return render_template(
        "admin/people/code.html",
        form=form,
        failed=failed,
        by_recovery=by_recovery,
        action=url_for("admin.take_login_code", back=back, recovery=1 if by_recovery else None),
        other_way=url_for("admin.show_login_code", back=back, recovery=other),
    )
