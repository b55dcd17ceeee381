"""The current shop's terms for subscriptions, read once per request."""

from flask import g

from portal.extensions import db
from portal.subscriptions.record.facts import Frame, frame_of


def shop_frame() -> Frame:
    """Return the terms that all subscriptions of `g.shop` share."""
    if "shop_frame" not in g:
        g.shop_frame = frame_of(db.session, g.shop.id)
    frame: Frame = g.shop_frame
    return frame
