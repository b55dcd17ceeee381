"""Client addresses as the limits count them."""

from ipaddress import IPv4Address, IPv6Network, ip_address

IPV6_PREFIX = 64
"""One customer line gets a /64 and may use any address in it."""
NO_ADDRESS = "-"


def counted(address: str | None) -> str:
    """IPv4 as it is, IPv6 as its /64; what is no address (a socket without one) counts together as '-'."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return NO_ADDRESS
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, IPV6_PREFIX), strict=False))
