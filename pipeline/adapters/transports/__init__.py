"""Every way a payload can be fetched: one small module each, registered in one dict.

A module offers ``fetch``: a look goes in, an async generator of frozen ``Fetched`` comes out, which
is resumed when what it gave was landed. A new transport is a record in ``agencies.transport``, a
document beside it, a module here and a line in :data:`TRANSPORTS`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pipeline.adapters.transports import (
    arcgis,
    atom,
    ckan,
    folder,
    mail,
    push,
    sftp,
    socrata,
    web_feed,
)
from pipeline.adapters.transports.fetched import (
    Credential,
    Fetch,
    Fetched,
    FetchFailed,
    Look,
    Memory,
    Network,
)
from pipeline.agencies.transport import TransportKind

__all__ = [
    "TRANSPORTS",
    "Credential",
    "Fetch",
    "FetchFailed",
    "Fetched",
    "Look",
    "Memory",
    "Network",
]

# At lower levels these write addresses with tokens, headers and names of files into whatever log
# there is (names may hold private text), whichever level its owner chose.
for _library in ("asyncssh", "asyncssh.sftp", "httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)

TRANSPORTS: Mapping[TransportKind, Fetch] = {
    TransportKind.ARCGIS: arcgis.fetch,
    TransportKind.ATOM: atom.fetch,
    TransportKind.CKAN: ckan.fetch,
    TransportKind.FOLDER: folder.fetch,
    TransportKind.MAIL: mail.fetch,
    TransportKind.PUSH: push.fetch,
    TransportKind.SFTP: sftp.fetch,
    TransportKind.SOCRATA: socrata.fetch,
    TransportKind.WEB: web_feed.fetch,
}
