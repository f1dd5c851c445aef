"""Gives every emulated agency a host of its own: one of the loopback's addresses.

Limits per host are part of what is tried, and real agencies do not share one server. It must never
listen on anything but the loopback.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

__all__ = ["Hosts", "loopback_hosts"]

_FIRST = "127.0.0.1"
_EACH = 250
"""Addresses used of each block 127.77.n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Listening sockets, and the agencies' addresses by number: one where there are no more."""

    port: int
    names: tuple[str, ...]
    sockets: tuple[socket.socket, ...]

    def name(self, number: int) -> str:
        """Return the host of the agency of that number, from 0."""
        return self.names[number % len(self.names)]

    def url(self, number: int) -> str:
        """Return its web address."""
        return f"http://{self.name(number)}:{self.port}"


@contextmanager
def loopback_hosts(count: int, port: int) -> Iterator[Hosts]:
    """Listen on 127.0.0.1 and one address for each agency; all on that port, 0 for any free one.

    Only Linux answers on the whole block 127.0.0.0/8; elsewhere all agencies share 127.0.0.1.

    Raises:
        OSError: the port is taken.
    """
    with ExitStack() as stack:
        first = stack.enter_context(_bound(_FIRST, port))
        port = first.getsockname()[1]
        wanted = [f"127.77.{number // _EACH}.{number % _EACH + 1}" for number in range(count)]
        with ExitStack() as more:
            try:
                others = [more.enter_context(_bound(name, port)) for name in wanted]
            except OSError:
                yield Hosts(port=port, names=(_FIRST,), sockets=(first,))
                return
            yield Hosts(port=port, names=tuple(wanted) or (_FIRST,), sockets=(first, *others))


def _bound(name: str, port: int) -> socket.socket:
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((name, port))
    except OSError:
        listening.close()
        raise
    return listening
