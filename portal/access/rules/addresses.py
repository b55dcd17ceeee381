"""Client addresses in the form in which failures are counted."""

from ipaddress import IPv4Address, IPv6Network, ip_address

IPV6_PREFIX = 64
"""Prefix length of a customer's line, which may use any address in it."""
NO_ADDRESS = "-"


def counted(address: str | None) -> str:
    """Return IPv4 as it is, IPv6 as its /64, and '-' for anything else, such as a socket without an address."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return NO_ADDRESS
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, IPV6_PREFIX), strict=False))
