"""The shop's logo and seal, from the document store."""

import io

from flask import Response, abort, current_app, g, send_file

from portal.mypage import blueprint


@blueprint.get("/picture/<any(logo, seal):name>.png")
def picture(name: str) -> Response:
    key = {"logo": g.shop.logo_key, "seal": g.shop.seal_key}[name]
    if not key:
        abort(404)
    content = current_app.extensions["ports"].documents.get(key)
    response = send_file(io.BytesIO(content), "image/png", max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
