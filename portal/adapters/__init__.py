"""Who answers the ports; wired in one place."""

from portal.adapters.document_folder import DocumentFolder
from portal.adapters.mail_folder import MailFolder
from portal.adapters.smtp import SmtpMailer
from portal.adapters.weasyprint import WeasyPrintRenderer
from portal.config import Settings
from portal.ports import Mailer, Ports


def wire(settings: Settings) -> Ports:
    """Opens nothing: connections are made by the first use, WeasyPrint is loaded by the first page."""
    return Ports(mailer=_mailer(settings), documents=DocumentFolder(settings.documents), renderer=WeasyPrintRenderer())


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
