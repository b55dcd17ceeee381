"""The authenticator app of a person of the cast."""

from collections.abc import Mapping

import pyotp
from flask import Flask

APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_app(app: Flask, **changes: object) -> Mapping[str, object]:
    """Return columns for `cast.staff` of a person whose authenticator app holds APP_SECRET."""
    instant = app.config["CLOCK"]()
    return {"totp_sealed": app.extensions["seal"].close(APP_SECRET), "totp_confirmed_at": instant, **changes}


def code(app: Flask, *, secret: str = APP_SECRET, steps: int = 0) -> str:
    """Return the code that the app shows now, or `steps` half-minutes later."""
    return pyotp.TOTP(secret).at(app.config["CLOCK"](), counter_offset=steps)


def wrong_code(app: Flask) -> str:
    near = {code(app, steps=step) for step in range(-2, 3)}
    return next(digits for digits in ("000000", "111111", "222222", "333333", "444444", "555555") if digits not in near)
