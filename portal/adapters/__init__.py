"""Adapters: implementations of the ports, wired in one place."""

from collections.abc import Mapping

from portal import clock
from portal.adapters.document_folder import DocumentFolder
from portal.adapters.mail_folder import MailFolder
from portal.adapters.sandbox_gateway import SandboxGateway
from portal.adapters.smtp import SmtpMailer
from portal.adapters.weasyprint import WeasyPrintRenderer
from portal.config import Settings
from portal.ports import Mailer, PaymentGateway, Ports


def wire(settings: Settings) -> Ports:
    """Return the ports. Nothing is opened: first use makes connections, the first page loads WeasyPrint."""
    return Ports(
        mailer=_mailer(settings),
        documents=DocumentFolder(settings.documents),
        renderer=WeasyPrintRenderer(),
        gateways=_gateways(settings),
    )


def _mailer(settings: Settings) -> Mailer:
    if not settings.smtp_host:
        return MailFolder(settings.mails)
    return SmtpMailer(
        settings.smtp_host,
        settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


def _gateways(settings: Settings) -> Mapping[str, PaymentGateway]:
    """Return the gateways by `SubscriptionRules.gateway`.

    Production has no sandbox unless test payments are on: a real shop must never ship goods on its word.
    """
    gateways: dict[str, PaymentGateway] = {}
    if settings.mypage_env != "production" or settings.test_payments:
        file = settings.instance / "sandbox-gateway.sqlite3"
        gateways["sandbox"] = SandboxGateway(file, settings.public_url, clock.now)
    if settings.stripe_secret_key:
        # Loading takes a second, which an installation without Stripe need not wait for.
        from portal.adapters.stripe_gateway import StripeGateway  # noqa: PLC0415

        gateways["stripe"] = StripeGateway(settings.stripe_secret_key, settings.stripe_webhook_secret)
    return gateways
