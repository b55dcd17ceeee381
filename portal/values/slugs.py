"""Slugs: the short name of a shop, the first part of its pages' URLs."""

import re

TAKEN = frozenset(
    {
        "admin",
        "api",
        "dev",
        "healthz",
        "metrics",
        "readyz",
        "robots.txt",
        "sandbox",
        "static",
        "verify",
        "webhooks",
    }
)
"""First parts of the site's own URLs, present and planned."""
_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def is_possible(text: str) -> bool:
    return bool(_SHAPE.fullmatch(text)) and text not in TAKEN


def checked(slug: str) -> str:
    """Return the slug. Raise ValueError unless it is lower-case letters, digits and inner hyphens, and not TAKEN."""
    if slug in TAKEN:
        raise ValueError(f"{slug!r} is an address of the site itself")
    if not _SHAPE.fullmatch(slug):
        raise ValueError(f"{slug!r}: a shop's address has lower-case letters, digits and hyphens only")
    return slug
