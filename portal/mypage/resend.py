"""The order's link once more, by mail."""

from flask import render_template

from portal.mypage import blueprint


@blueprint.get("/resend")
def ask_for_link() -> str:
    return render_template("mypage/access/resend.html")
