"""The shop's logo, for everybody, and its seal, only after login: nobody shall collect seals to forge papers."""

import io

from flask import Response, abort, current_app, g, send_file

from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import visit


@blueprint.get("/picture/<any(logo, seal):name>.png")
def picture(name: str) -> Response:
    key = {"logo": g.shop.logo_key, "seal": g.shop.seal_key}[name]
    is_public = name == "logo"
    if not key or not (is_public or visit()):
        abort(404)
    content = current_app.extensions["ports"].documents.get(key)
    response = send_file(io.BytesIO(content), "image/png")
    response.headers["Cache-Control"] = "public, max-age=3600" if is_public else "private, no-store"
    return response
