"""The signed session cookie. Its path is the shop's, so that two shops in one browser do not disturb each other."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from portal.config import Settings


class ShopCookies(SecureCookieSessionInterface):
    """Cookies that hold only the CSRF token and the key of the server-side record (`models.access.BuyerSession`)."""

    def get_cookie_path(self, app: Flask) -> str:
        first = request.path.split("/", 2)[1]
        return f"{request.script_root}/{first}"


def init_app(app: Flask, settings: Settings) -> None:
    app.session_interface = ShopCookies()
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SESSION_COOKIE_NAME="mypage",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        # The server-side record has its own, shorter, limits; a form left open must still be accepted.
        WTF_CSRF_TIME_LIMIT=None,
        # The strict check would want a Referer over TLS, and our own policy (headers.py) tells browsers to send none.
        WTF_CSRF_SSL_STRICT=False,
    )
