"""E-mail addresses: one key per buyer, and a check that stops typing mistakes and injected headers."""

import re
import unicodedata

LONGEST = 254
"""RFC 5321 4.5.3.1.3, without its angle brackets."""
# Dots at the end or doubled stay allowed: Japanese carriers gave out such addresses (taro..@docomo.ne.jp).
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")


def normalise(text: str) -> str:
    """The key of an address: same key, same buyer. Empty if it is no address one can send to.

    Lower case throughout, full-width characters narrowed, a Japanese domain in its xn-- form. Dots and +tags are
    kept: what they mean is the provider's affair.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:")
    local, at, domain = plain.rpartition("@")
    domain = _ascii(domain)
    if not at or len(plain) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    return f"{local.lower()}@{domain}"


def is_address(text: str) -> bool:
    return normalise(text) != ""


def _ascii(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
