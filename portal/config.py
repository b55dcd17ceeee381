"""Typed settings from the environment. A wrong or missing value stops the start and says what to do."""

import ipaddress
import secrets
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from portal.values.emails import is_address

DEVELOPMENT_SECRET = "development-only"  # noqa: S105 - refused in production by Settings.production_is_set_up
MIN_SECRET_LENGTH = 32
MIN_SECRET_CHARACTERS = 10
"""Least number of different characters in a key; a random one of this length has more."""
LOCAL_ENDINGS = ("localhost", "local", "test", "internal", "lan", "home.arpa")
"""Last labels of names that only a machine or a network of one's own knows (RFC 6761, RFC 6762, RFC 8375)."""


class ConfigError(SystemExit):
    """Exit of the process with the reasons, one a line, instead of a traceback."""


class Settings(BaseSettings):
    """Each field is read from the environment variable of the same name (upper case)."""

    model_config = SettingsConfigDict(env_prefix="", case_sensitive=False, extra="ignore")

    mypage_env: Literal["development", "production"] = "development"
    public_url: str = "http://127.0.0.1:8000"
    instance_dir: Path = Path("instance")
    database_url: str = ""
    broker_url: str = ""
    limiter_storage_url: str = "memory://"
    documents_dir: Path | None = None
    mail_dir: Path | None = None
    secret_keys: Annotated[tuple[str, ...], NoDecode] = (DEVELOPMENT_SECRET,)
    """Key ring, comma separated, newest first: the first signs, all verify."""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "mypage@example.jp"
    stripe_secret_key: str = ""
    """Stripe's API key. Both Stripe settings are set or none; without them no cards are registered at Stripe."""
    stripe_webhook_secret: str = ""
    test_payments: bool = False
    """Whether production, too, has the sandbox and takes Stripe's test keys: they say yes to all and move no money."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """Number of reverse proxies in front; with 0 none of their headers is believed."""
    log_format: Literal["json", "console"] = "json"

    @field_validator("secret_keys", mode="before")
    @classmethod
    def split_key_ring(cls, value: object) -> object:
        return tuple(key.strip() for key in value.split(",") if key.strip()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def public_url_is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("must look like https://mypage.example.jp")
        return value.rstrip("/")

    @field_validator("mail_from")
    @classmethod
    def mail_from_is_an_address(cls, value: str) -> str:
        if not is_address(value):
            raise ValueError("must look like mypage@example.jp")
        return value

    @model_validator(mode="after")
    def stripe_is_set_up(self) -> "Settings":
        key, webhook = self.stripe_secret_key, self.stripe_webhook_secret
        if bool(key) != bool(webhook):
            raise ValueError("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: set both or none")
        if key and not (key.startswith(("sk_", "rk_")) and webhook.startswith("whsec_")):
            raise ValueError("STRIPE_SECRET_KEY must look like sk_live_… and STRIPE_WEBHOOK_SECRET like whsec_…")
        if self.mypage_env == "production" and "_test_" in key and not self.test_payments:
            raise ValueError(
                "STRIPE_SECRET_KEY is a test key, with which no money moves: set a live one, or TEST_PAYMENTS=1"
            )
        return self

    @model_validator(mode="after")
    def public_place_says_what_it_is(self) -> "Settings":
        if "mypage_env" not in self.model_fields_set and not is_local(self.host):
            raise ValueError(
                f"MYPAGE_ENV must be set, since PUBLIC_URL ({self.public_url}) is open to everybody: "
                "production, or development to start with the known secret and with all mails readable by anyone"
            )
        return self

    @model_validator(mode="after")
    def production_is_set_up(self) -> "Settings":
        if not self.secret_keys:
            raise ValueError("SECRET_KEYS must hold at least one key")
        if self.mypage_env == "production":
            if any(map(is_weak, self.secret_keys)):
                raise ValueError(
                    f"SECRET_KEYS must be set to random keys of at least {MIN_SECRET_LENGTH} characters, "
                    f"for example {secrets.token_urlsafe(32)}"
                )
            if not self.public_url.startswith("https://"):
                raise ValueError("PUBLIC_URL must start with https:// in production")
            if not self.smtp_host:
                raise ValueError(
                    "SMTP_HOST must be set in production: without it mails are written to a folder, not sent"
                )
        return self

    @property
    def instance(self) -> Path:
        return self.instance_dir.resolve()

    @property
    def database(self) -> str:
        """Return the SQLAlchemy URL; a plain postgresql:// is taken to mean the driver we install, psycopg 3."""
        url = self.database_url or f"sqlite:///{self.instance / 'mypage.sqlite3'}"
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def broker(self) -> str:
        return self.broker_url or f"sqla+sqlite:///{self.instance / 'broker.sqlite3'}"

    @property
    def documents(self) -> Path:
        return self.documents_dir or self.instance / "documents"

    @property
    def mails(self) -> Path:
        """Return the folder into which mails are written while no SMTP host is set (development)."""
        return self.mail_dir or self.instance / "mails"

    @property
    def host(self) -> str:
        """Return the host of PUBLIC_URL, without the port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def is_weak(key: str) -> bool:
    """Tell whether a key is short, known, or made of few characters or of one part again and again."""
    repeats = (key + key).find(key, 1) < len(key)
    return len(key) < MIN_SECRET_LENGTH or len(set(key)) < MIN_SECRET_CHARACTERS or repeats


def is_local(host: str) -> bool:
    """Tell whether a host is known only on this machine or in a network of one's own."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or any(host.endswith(f".{ending}") for ending in LOCAL_ENDINGS)


def load_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in problem['loc']).upper() or 'settings'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ConfigError("MyPage cannot start:\n  " + "\n  ".join(lines)) from None
