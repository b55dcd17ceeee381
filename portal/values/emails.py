"""E-mail addresses: the key that identifies a buyer, and a check against typing mistakes and injected headers."""

import re
import unicodedata

LONGEST = 254
"""Longest address in characters: RFC 5321 4.5.3.1.3, without its angle brackets."""
# Trailing and doubled dots are allowed: Japanese carriers gave out such addresses (taro..@docomo.ne.jp).
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_IN_BRACKETS = re.compile(r"[^<>@]*<([^<>]+)>")
_MAILTO = re.compile(r"\A(?i:mailto:)(?://)?")
_AROUND = re.compile(r"""(["'(])([^"'()]+)["')]""")
_QUOTED = re.compile(r'"([^"\\]+)"(@[^@]+)')
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")


def normalise(text: str) -> str:
    """Return the key of an address (same key, same buyer), or "" if no mail can be sent to it.

    The key is in lower case, with full-width characters narrowed and a Japanese domain in its xn-- form. Dots and
    +tags are kept: their meaning is up to the provider.
    """
    plain = _MAILTO.sub("", unicodedata.normalize("NFKC", text).strip())
    local, at, domain = plain.rpartition("@")
    domain = _ascii(domain)
    if not at or len(plain) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    return f"{local.lower()}@{domain}"


def repaired(text: str) -> str:
    """Return the one address inside what a cart wrote around it (山田 <a@b.jp>, "a.."@b.jp); other text as it is."""
    # A blank beside the @ belongs to nothing; elsewhere it may stand between two words, and nobody knows which counts.
    plain = re.sub(r"\s*@\s*", "@", unicodedata.normalize("NFKC", text)).strip()
    found = _IN_BRACKETS.fullmatch(plain)
    plain = found[1].strip() if found else plain
    around = _AROUND.fullmatch(plain)
    plain = _MAILTO.sub("", around[2] if around else plain)
    quoted = _QUOTED.fullmatch(plain)
    plain = quoted[1] + quoted[2] if quoted else plain
    several = {normalise(part): part for part in re.split(r"[\s,;、。]+", plain) if part}
    if len(several) == 1 and "" not in several:
        return next(iter(several.values()))
    return plain if normalise(plain) else text


def is_address(text: str) -> bool:
    return normalise(text) != ""


def _ascii(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
