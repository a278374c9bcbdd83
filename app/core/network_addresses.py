"""Network addresses, as abuse is counted by them."""

from ipaddress import IPv4Address, IPv6Network, ip_address


def network(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has; "" for what is none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:  # how a socket for both kinds names an IPv4 caller (RFC 4291 2.5.5.2)
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))
