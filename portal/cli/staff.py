"""Commands that let in the first staff, and those who lost their phone or are locked out."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from portal import clock
from portal.access.rules import addresses
from portal.extensions import db
from portal.models import Membership, Shop, Staff
from portal.staff import authenticator, locks, members, trail
from portal.staff.locks import Knock
from portal.staff.password_rules import LONGEST, SHORTEST, Objection, objection
from portal.values import emails
from portal.values.roles import Role

ACTOR = "cli"
SAID = {
    Objection.TOO_SHORT: f"パスワードが短すぎます。{SHORTEST}文字以上にしてください。",
    Objection.TOO_LONG: f"パスワードが長すぎます。{LONGEST}文字までにしてください。",
    Objection.COMMON: "よく使われる言葉や並びのパスワードです。関係のない言葉をいくつかつなげてください。",
    Objection.OWN: "名前・メールアドレス・店舗の名前から当てられるパスワードです。関係のない言葉を使ってください。",
}


@click.command("create-staff")
@click.argument("email")
@click.option("--name", default="", help="As the others see it; the e-mail address if left out.")
@click.option("--shop", "slug", required=True, metavar="SLUG")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.VIEWER.value, show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the standard input.")
@with_appcontext
def create_staff(email: str, name: str, slug: str, role: str, *, password_stdin: bool) -> None:
    """Let EMAIL in as staff of a shop. The password is asked for; someone we know keeps theirs."""
    email_key = emails.normalise(email)
    if not email_key:
        raise click.ClickException(f"「{email}」はメールアドレスの形になっていません。")
    shop = db.session.scalars(select(Shop).where(Shop.slug == slug)).one_or_none()
    if shop is None:
        raise click.ClickException(f"店舗「{slug}」はありません。")
    known = db.session.scalar(select(Staff).filter_by(email_key=email_key))
    db.session.rollback()
    password_hash = "" if known else _new_password_hash([email_key, name, shop.name, shop.slug], stdin=password_stdin)
    added = members.add(
        db.session,
        shop,
        email=email_key,
        name=name or email_key,
        role=Role(role),
        actor=ACTOR,
        now=clock.now(),
        password_hash=password_hash,
    )
    has = db.session.scalars(select(Membership.role).filter_by(shop_id=shop.id, staff_id=added.staff.id)).one()
    db.session.commit()
    if not added.is_new_member:
        click.echo(f"{email_key} は、すでに「{shop.name}」の担当者です（{has}）。何も変えていません。")
    elif known:
        click.echo(f"{email_key} を「{shop.name}」の担当者に加えました（{has}）。パスワードは今までのままです。")
    else:
        click.echo(f"{email_key} を「{shop.name}」の担当者として登録しました（{has}）。")


@click.command("reset-totp")
@click.argument("email")
@with_appcontext
def reset_totp(email: str) -> None:
    """Forget EMAIL's authenticator app and recovery codes, for someone who lost both. First make sure who is asking."""
    staff = db.session.scalar(select(Staff).filter_by(email_key=emails.normalise(email)))
    if staff is None:
        raise click.ClickException(f"「{email}」という担当者はいません。")
    had_one = staff.totp_confirmed_at is not None
    authenticator.turn_off(db.session, staff, clock.now(), by=ACTOR)
    db.session.commit()
    click.echo(f"{staff.email} の認証アプリを外しました。" if had_one else f"{staff.email} に認証アプリはありません。")


@click.command("lift-staff-lock")
@click.argument("who", metavar="EMAIL_OR_ADDRESS")
@with_appcontext
def lift_staff_lock(who: str) -> None:
    """Lift the lock for wrong passwords: of those who type EMAIL, or of those who come from an IP address."""
    client = addresses.counted(who)
    if client != addresses.NO_ADDRESS:
        locks.lift_client(db.session, client, clock.now())
    else:
        email_key = Knock.with_typed(who, client).email_key
        locks.lift(db.session, email_key, secret=current_app.config["SECRET_KEY"], now=clock.now())
        staff = db.session.scalar(select(Staff).filter_by(email_key=email_key))
        if staff is not None:
            trail.record(db.session, staff, "staff.lock_lifted", clock.now(), by=ACTOR)
    db.session.commit()
    click.echo(f"{who} のログインのロックを解除しました。")


def _new_password_hash(own: list[str], *, stdin: bool) -> str:
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("パスワード", hide_input=True, confirmation_prompt="もう一度")
    found = objection(password, own)
    if found:
        raise click.ClickException(SAID[found])
    hashed: str = current_app.extensions["passwords"].hash(password)
    return hashed
