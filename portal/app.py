"""The application factory: settings, extensions, adapters, blueprints, commands."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import admin
from admin.ground import door
from portal import cli, clock, extensions, mypage, sandbox, webhooks
from portal.adapters import wire
from portal.adapters.broker import job_queue
from portal.config import Settings, load_settings
from portal.mypage.receipts import verification
from portal.notifications.outbox import Mailroom
from portal.staff.passwords import Passwords
from portal.staff.totp import Seal
from portal.values.links import LinkRing
from portal.web import characters, compression, dev, errors, headers, health, languages, logs, look, sessions
from portal.web.pace import Pace
from portal.words import change

ROOT = Path(__file__).resolve().parent.parent
MAX_BODY = 64 * 1024
MAX_PARTS = 200
WAIT_FOR_PDF = 3.0
"""Seconds that an answer waits for a PDF in the making before it shows a waiting page."""


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or load_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("mypage", root_path=str(ROOT), instance_path=str(settings.instance))
    app.config.update(
        SETTINGS=settings,
        CLOCK=clock.system_now,
        MIGRATIONS_DIR=ROOT / "migrations",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "portal" / "translations"),
        SQLALCHEMY_ENGINES={"default": extensions.engine_options(settings.database)},
        RATELIMIT_STORAGE_URI=settings.limiter_storage_url,
        WAIT_FOR_PDF=WAIT_FOR_PDF,
        # A made-up Host header must not end up in a link. The local names are for health checks.
        TRUSTED_HOSTS=[settings.host, "localhost", "127.0.0.1"] if settings.mypage_env == "production" else None,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_PARTS=MAX_PARTS,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.init_app(app, settings)
    compression.init_app(app)
    characters.init_app(app)
    extensions.init_app(app)
    links = LinkRing(settings.secret_keys)
    app.extensions.update(
        links=links,
        mailroom=Mailroom(settings.public_url, links, settings.mail_from, change),
        ports=wire(settings),
        celery=job_queue(settings),
        pace=Pace(),
        passwords=Passwords(),
        seal=Seal(settings.secret_keys),
    )
    sessions.init_app(app, settings)
    languages.init_app(app)
    look.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.blueprint)
    dev.init_app(app, settings)
    app.register_blueprint(verification.blueprint)
    webhooks.init_app(app)
    sandbox.init_app(app)
    door.init_app(app)
    app.register_blueprint(admin.blueprint)
    app.register_blueprint(mypage.blueprint)
    cli.init_app(app)
    return app
