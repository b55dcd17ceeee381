"""Staff of the demo shops: invented people whose password is public."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Shop, Staff
from portal.staff import members
from portal.staff.passwords import Passwords
from portal.values.roles import Role

ACTOR = "demo"
PASSWORD = "mypage-demo-2026"  # noqa: S105 - `load-demo` refuses a production
MANAGER = "manager@demo.example.jp"
PEOPLE: Sequence[tuple[str, str, Role, Sequence[str]]] = (
    (MANAGER, "鈴木 一郎", Role.MANAGER, ("sakura", "hinata", "aozora", "yorozu")),
    ("operator@demo.example.jp", "高橋 美咲", Role.OPERATOR, ("sakura",)),
    ("viewer@demo.example.jp", "伊藤 健", Role.VIEWER, ("sakura",)),
)


def add(session: Session, passwords: Passwords, now: datetime) -> None:
    """Add missing staff; existing ones stay as they are: someone may have tried what a manager can change."""
    known = set(session.scalars(select(Staff.email_key)))
    shops = {shop.slug: shop for shop in session.scalars(select(Shop))}
    for email, name, role, slugs in PEOPLE:
        if email in known:
            continue
        hashed = passwords.hash(PASSWORD)
        for slug in slugs:
            members.add(
                session, shops[slug], email=email, name=name, role=role, actor=ACTOR, now=now, password_hash=hashed
            )


def is_in(session: Session) -> bool:
    return session.scalar(select(Staff.id).filter_by(email_key=MANAGER)) is not None
