"""How an agency's payloads arrive: one frozen record per kind of transport.

A record says where and how to look, and names a *connection* where a secret is needed. It must
never hold the secret itself: user, password, key and token come from an Airflow Connection or the
environment, under the connection's name. How each is fetched is ``adapters.transports``' part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

__all__ = [
    "ArcGisLayer",
    "AtomFeed",
    "CkanTable",
    "FolderDrop",
    "Mailbox",
    "PagedBy",
    "Paging",
    "Push",
    "SftpDrop",
    "SocrataTable",
    "Transport",
    "TransportKind",
    "WebFeed",
    "host_of",
    "kind_of",
]


class TransportKind(StrEnum):
    """How payloads arrive."""

    FOLDER = "folder"
    PUSH = "push"
    WEB = "web"
    SOCRATA = "socrata"
    ARCGIS = "arcgis"
    CKAN = "ckan"
    ATOM = "atom"
    SFTP = "sftp"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDrop:
    """A folder and a file pattern, in name order, one payload a file."""

    path: Path
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The agency sends. ``certificates`` are SHA-256 fingerprints of its client certificates.

    Without any, no certificate is asked for. ``per_minute`` is how many payloads it may send.
    """

    certificates: frozenset[str]
    per_minute: int


class PagedBy(StrEnum):
    """How an answer says that there is more."""

    HEADER = "link-header"  # Link: <address>; rel="next"
    BODY = "next-path"  # a JMESPath to the next address, or to null
    NUMBER = "page-number"  # ?page=1, 2, 3 until a page holds no record
    OFFSET = "offset"  # ?offset=0, 500, 1000 until a page holds no record


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How pages follow each other. ``name`` is the JMESPath or the parameter; ``most`` pages."""

    by: PagedBy
    name: str = ""
    first: int = 0
    step: int = 1
    most: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFeed:
    """JSON, XML or CSV at an address. ``header`` carries the secret; empty: Authorization."""

    url: str
    connection: str
    header: str
    accept: str
    paging: Paging | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocrataTable:
    """A Socrata data set: rows whose ``time_field`` lies in the window, page by page.

    ``overlap`` is read again at every look, ``window`` at the first one. Times are floating: local
    to the agency, without a zone. ``where`` is a further SoQL condition.
    """

    site: str
    dataset: str
    time_field: str
    window: timedelta
    overlap: timedelta
    page_size: int
    where: str
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcGisLayer:
    """A FeatureServer layer. ``time_field`` and ``window`` narrow it; without a field, all rows."""

    layer: str
    time_field: str
    window: timedelta
    page_size: int
    where: str
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CkanTable:
    """A CKAN datastore resource, newest rows first, ``most`` of them."""

    site: str
    resource: str
    sort: str
    page_size: int
    most: int
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """An Atom or RSS feed, and so many further pages that it links to (RFC 5005)."""

    url: str
    pages: int
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpDrop:
    """A folder on an SFTP server whose host keys stand in ``known_hosts``."""

    host: str
    port: int
    path: str
    pattern: str
    known_hosts: Path
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox over TLS: messages of ``senders``, their matching attachments or their text.

    ``attachments`` is a file pattern; empty: the text of the message is the payload.
    ``verified_by`` names the mail server whose Authentication-Results must say that the sender is
    real (dkim=pass); empty: the senders' names alone are believed. ``headers`` are those (subject,
    date) that are kept with a text and are fields of its records.
    """

    host: str
    port: int
    mailbox: str
    senders: frozenset[str]
    attachments: str
    verified_by: str
    connection: str
    headers: tuple[str, ...] = ()


Transport = (
    FolderDrop
    | Push
    | WebFeed
    | SocrataTable
    | ArcGisLayer
    | CkanTable
    | AtomFeed
    | SftpDrop
    | Mailbox
)

_KINDS: dict[type[Transport], TransportKind] = {
    FolderDrop: TransportKind.FOLDER,
    Push: TransportKind.PUSH,
    WebFeed: TransportKind.WEB,
    SocrataTable: TransportKind.SOCRATA,
    ArcGisLayer: TransportKind.ARCGIS,
    CkanTable: TransportKind.CKAN,
    AtomFeed: TransportKind.ATOM,
    SftpDrop: TransportKind.SFTP,
    Mailbox: TransportKind.MAIL,
}


def kind_of(transport: Transport) -> TransportKind:
    """Return the word for a transport in agency.yml."""
    return _KINDS[type(transport)]


def host_of(transport: Transport) -> str:
    """Return the host a transport looks at; empty for a folder and for what is pushed."""
    match transport:
        case FolderDrop() | Push():
            return ""
        case SftpDrop(host=host) | Mailbox(host=host):
            return host
        case WebFeed(url=url) | AtomFeed(url=url) | ArcGisLayer(layer=url):
            return _host(url)
        case SocrataTable(site=url) | CkanTable(site=url):
            return _host(url)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
