"""Which addresses of the Internet may be called on somebody's behalf.

The lists are ours and not those of `ipaddress`, whose idea of a global address differs between releases of Python.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# Source: IANA's special-purpose address registries, and the two that nobody outside should reach through us.
_REFUSED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's translation; some clouds keep their metadata here
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # one cloud's inner service, at an address that looks public
        "169.254.0.0/16",  # link-local; most clouds keep their metadata here
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
"""All that has been given out as global unicast; whatever lies outside is private, local, multicast or nothing yet."""
_REFUSED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo carries an IPv4 address within
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address within
        "3fff::/20",  # documentation
    )
)
_TRANSLATED_6 = IPv6Network("64:ff9b::/96")
"""NAT64: how a network without IPv4 writes an IPv4 address, which is in the last four bytes."""


def is_global(address: Address) -> bool:
    """True where anybody on the Internet may be found at that address, and nobody's inner network.

    An IPv6 address that is only another way to write an IPv4 address (mapped, NAT64) is judged by that one; 6to4 and
    Teredo, which nothing uses any more, are never global.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    if address.ipv4_mapped is not None:
        return is_global(address.ipv4_mapped)
    if address in _TRANSLATED_6:
        return is_global(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_6 and not any(address in network for network in _REFUSED_6)
