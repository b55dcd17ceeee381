"""Conversion of `ports.Mail` to the message that is sent (RFC 5322, MIME), the same for every mailer."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portal.ports import Mail


def seal(mail: Mail, date: datetime) -> EmailMessage:
    """Return the message. Raise ValueError if a header would break out of its line."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(date)
    message["From"] = mail.sender
    message["To"] = quoted(mail.recipient)
    message["Subject"] = mail.subject
    # Suppresses out-of-office replies (RFC 3834; Exchange reads the second header).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    for attachment in mail.attachments:
        maintype, subtype = attachment.content_type.split("/")
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    return message


def quoted(address: str) -> str:
    """Quote a local part such as `taro..` (RFC 5321 §4.1.2); Japanese carriers gave out such addresses."""
    local, _, domain = address.rpartition("@")
    return address if all(local.split(".")) else f'"{local}"@{domain}'
