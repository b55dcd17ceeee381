"""ロゴと印影: uploading, showing and removing them."""

import io

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.settings.preview import PICTURES, preview
from admin.settings.sections import SECTIONS
from admin.settings.words import PICTURES as WORDS
from portal.clock import now
from portal.extensions import reading, writing_session
from portal.models import Shop
from portal.shops import pictures
from portal.shops.pictures import PictureProblem, redrawn
from portal.shops.verbs import change_settings
from portal.values.roles import Role

Page = str | tuple[str, int] | Response
LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of the largest body: more than a picture may have, so that a photo is refused beside its field."""


class PictureForm(FlaskForm):
    picture = FileField()


@blueprint.get("/shops/<slug>/settings/pictures")
@needs(Role.MANAGER)
def show_pictures() -> str:
    return page({})


@blueprint.get("/shops/<slug>/settings/pictures/<any(logo, seal):name>.png")
@needs(Role.VIEWER)
def show_picture(name: str) -> Response:
    """Return a picture to all who may see the shop's receipts, on which it is printed."""
    key = getattr(g.shop, PICTURES[name])
    if not key:
        abort(404)
    response = send_file(io.BytesIO(current_app.extensions["ports"].documents.get(key)), "image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/shops/<slug>/settings/pictures/<any(logo, seal):name>")
@needs(Role.MANAGER)
@takes(body=LARGEST_BODY, file=pictures.MAX_BYTES)
@reading
def put_picture(name: str) -> Page:
    """Store a picture, which may be slow to arrive and to redraw: nobody else's writing waits for it."""
    file = request.files.get("picture")
    content = redrawn(file.read() if file else b"", name)
    if isinstance(content, PictureProblem):
        return page({name: str(WORDS[content])}), 422
    key = pictures.store(current_app.extensions["ports"].documents, g.shop.id, content)
    put(name, key)
    flash(_("画像を保存しました。これから発行する領収書に使います。"), "good")
    return redirect(url_for("admin.show_pictures"), 303)


@blueprint.post("/shops/<slug>/settings/pictures/<any(logo, seal):name>/remove")
@needs(Role.MANAGER)
@reading
def remove_picture(name: str) -> Response:
    put(name, None)
    flash(_("画像を外しました。発行済みの領収書の画像は、そのまま残ります。"), "good")
    return redirect(url_for("admin.show_pictures"), 303)


def put(name: str, key: str | None) -> None:
    """Set the picture or, with None, remove it; a picture has no half-typed state that could be stale."""
    with writing_session() as writing:
        shop = writing.get_one(Shop, g.shop.id)
        changes = {PICTURES[name]: key}
        change_settings(writing, shop, changes, version=shop.settings_version, actor=staff_actor(), now=now())


def page(problems: dict[str, str]) -> str:
    return render_template(
        "admin/settings/pictures.html",
        section="pictures",
        title=dict(SECTIONS)["pictures"],
        form=PictureForm(),
        problems=problems,
        keys={name: getattr(g.shop, column) for name, column in PICTURES.items()},
        **preview("pictures", {}),
    )
