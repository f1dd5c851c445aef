"""Decides at which address a feed's host may be reached: the SSRF guard.

In: a host name, a port, and the networks the installation allows. Out: one address that was
checked and must be the one connected to, so that a second answer of the name server cannot point
elsewhere. Only addresses of the public internet pass: not loopback, private, link-local, shared
(CGNAT), or IPv6 forms that carry such an IPv4 address. A cloud's metadata address never passes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from pipeline.adapters.addresses import NAT64, Address, Resolver, is_public, resolve
from pipeline.adapters.transports.fetched import FetchFailed
from pipeline.model import NoticeCode

__all__ = ["pinned", "refused"]

_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
)
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.ip_network("::/96")


async def pinned(
    host: str, port: int, allowed: Sequence[str], *, resolver: Resolver = resolve
) -> str:
    """Return the address to connect to.

    One forbidden address among a name's is enough to refuse the name: it would be a matter of luck
    which of them is reached.

    Raises:
        FetchFailed: the name is unknown, or one of its addresses may not be reached.
    """
    try:
        addresses = await resolver(host, port)
    except (OSError, UnicodeError):
        raise FetchFailed(NoticeCode.FETCH_FAILED, "the host's name is unknown") from None
    if not addresses:
        raise FetchFailed(NoticeCode.FETCH_FAILED, "the host has no address")
    if any(refused(each, allowed) for each in addresses):
        raise FetchFailed(NoticeCode.ADDRESS_REFUSED)
    return addresses[0]


def refused(text: str, allowed: Sequence[str]) -> bool:
    """Return whether an address may not be reached."""
    try:
        address = _real(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return True
    if address in _METADATA:
        return True
    if any(_inside(address, network) for network in allowed):
        return False
    return not (is_public(text) and is_public(str(address)))


def _real(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one carries, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and address.teredo is not None:
        carried = address.teredo[1]
    if carried is None and any(address in net for net in (NAT64, _NAT64_LOCAL, _COMPATIBLE)):
        last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        # The unspecified and the loopback address of IPv6 lie in the same network.
        carried = last if int(address) > 1 else None
    return address if carried is None else carried


def _inside(address: Address, network: str) -> bool:
    parsed = ipaddress.ip_network(network, strict=False)
    return address.version == parsed.version and address in parsed
