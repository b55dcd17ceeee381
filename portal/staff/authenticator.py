"""Set-up of the authenticator app, its proof in a session, and turning it off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.login_codes import digits_of
from portal.models import Membership, Shop, Staff
from portal.staff import recovery, second_factor, sessions, totp, trail
from portal.staff.locks import Gate
from portal.staff.second_factor import Locked, Refused
from portal.staff.totp import Seal


def confirm(
    session: Session, staff: Staff, app_secret: str, typed: str, *, session_id: UUID, seal: Seal, now: datetime
) -> list[str] | None:
    """Set up the app if the typed code shows that it holds this secret; it replaces an earlier app.

    From then on every login asks for a code. Return the recovery codes, to be shown once, or None if the code is wrong.
    """
    step = totp.matching_step(app_secret, digits_of(typed), now)
    if step is None:
        return None
    # This code is spent. Steps of an earlier app do not count, since its secret was another one.
    staff.totp_step = step
    staff.totp_sealed = seal.close(app_secret)
    staff.totp_confirmed_at = now
    sessions.prove_totp(session, session_id, now)
    trail.record(session, staff, "staff.totp_set_up", now)
    return recovery.renew(session, staff)


def prove(
    session: Session,
    staff: Staff,
    typed: str,
    *,
    session_id: UUID,
    client: str,
    seal: Seal,
    secret: str,
    now: datetime,
) -> Gate | Refused | Locked:
    """Prove the app in a session: one that is older than the app, or before anything about the app is changed."""
    outcome = second_factor.take(session, staff, typed, client=client, seal=seal, secret=secret, now=now)
    if isinstance(outcome, Gate):
        outcome.open(now)
        sessions.prove_totp(session, session_id, now)
    return outcome


def renew_recovery_codes(session: Session, staff: Staff, now: datetime) -> list[str]:
    """Replace the recovery codes and return the new ones. Call `prove` first."""
    trail.record(session, staff, "staff.recovery_codes_renewed", now)
    return recovery.renew(session, staff)


def turn_off(session: Session, staff: Staff, now: datetime, *, by: str | None = None) -> None:
    """Turn the app off: after `prove`, or for the operator of the server (`by`).

    Raise ValueError if a shop demands the app and `by` is None.
    """
    if by is None and shops_that_demand(session, staff):
        raise ValueError("a shop of this person demands the app")
    if not staff.totp_confirmed_at:
        return
    staff.totp_sealed, staff.totp_confirmed_at = "", None
    recovery.forget(session, staff)
    trail.record(session, staff, "staff.totp_turned_off", now, by=by)


def shops_that_demand(session: Session, staff: Staff) -> list[str]:
    """Return the names of this person's shops that demand the app."""
    names = (
        select(Shop.name)
        .join(Membership, Membership.shop_id == Shop.id)
        .where(Membership.staff_id == staff.id, Shop.totp_demanded)
        .order_by(Shop.name)
    )
    return list(session.scalars(names))
