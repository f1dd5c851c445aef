"""The shape of ``transport`` in agency.yml, one document per kind.

In: plain values. Out: frozen documents; ``transport_merge`` makes records of them. A password, key
or token is refused wherever it is written, also inside an address: the file is copied, shown and
kept in repositories. Must never open a file of its own accord or look at the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pipeline.agencies.dialect import Document, PathText, Text, wrong
from pipeline.agencies.transport import PagedBy, TransportKind
from pipeline.marked_yaml import quoted

__all__ = [
    "TRANSPORT_DOCUMENTS",
    "ArcGisDocument",
    "AtomDocument",
    "CkanDocument",
    "FolderDocument",
    "MailDocument",
    "PushDocument",
    "SftpDocument",
    "SocrataDocument",
    "TransportDocument",
    "WebDocument",
]

_SECRET = re.compile(
    r"(?:^|[-_.$])(?:api[-_]?key|key|token|app[-_]?token|secret|password|passwd|pwd|auth|sig"
    r"|signature|credentials?|access[-_]?token)$",
    re.IGNORECASE,
)
_ELSEWHERE = "Put it into the Airflow Connection or environment variable that `connection` names."


def _address(value: str) -> str:
    """Only a plain http(s) address: no user, no password, no secret among its parameters."""
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise wrong("this is no address", "Write it as https://host/path.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise wrong("this is no web address", "Write it as https://host/path.")
    if parts.username is not None or parts.password is not None:
        raise wrong("the address carries a credential", _ELSEWHERE)
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET.search(name):
            raise wrong("a parameter of the address is a credential", _ELSEWHERE)
    if parts.fragment or re.search(r"[\s\\]|[^\x21-\x7e]", value):
        raise wrong("the address holds a fragment, a space or an odd letter", "Encode or drop it.")
    return value


def _site(value: str) -> str:
    parts = urlsplit(_address(value))
    if parts.query or parts.path not in {"", "/"}:
        raise wrong("a site has no path and no parameters", "Write it as https://data.example.org.")
    return value.rstrip("/")


def _compiles(path: str) -> None:
    try:
        jmespath.compile(path)
    except JMESPathError:
        raise wrong("`name` does not compile", "Write a JMESPath such as links.next.") from None


def _file_pattern(value: str) -> str:
    if "/" in value or "\\" in value or value in {".", ".."}:
        raise wrong(
            f"the pattern {quoted(value)} leaves the folder",
            'Name files only, such as "*.xml"; the folder goes to `path`.',
        )
    return value


def _sender(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise wrong("this is no mail address", "Write it as cad@agency.example.")
    return value.lower()


def _fingerprint(value: str) -> str:
    digits = value.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise wrong(
            "this is no SHA-256 fingerprint", "openssl x509 -noout -fingerprint -sha256 prints it."
        )
    return digits


Address = Annotated[str, AfterValidator(_address)]
Site = Annotated[str, AfterValidator(_site)]
FilePattern = Annotated[Text, AfterValidator(_file_pattern)]
Connection = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,99})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^:?[A-Za-z_][A-Za-z0-9_]*$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]
Port = Annotated[int, Field(ge=1, le=65_535)]

_CONNECTION = Field(
    default="",
    description="Name of the Airflow Connection (or environment variable) with user and secret.",
)


class FolderDocument(Document):
    """Files in a folder."""

    kind: Literal[TransportKind.FOLDER] = Field(description="folder: one payload a file.")
    path: PathText = Field(description="The folder, relative to this file, or absolute.")
    pattern: FilePattern = Field(description='Which files in it, such as "*.xml"; no folders.')


class PushDocument(Document):
    """The agency sends to `POST /v1/agencies/{id}/payloads`."""

    kind: Literal[TransportKind.PUSH] = Field(description="push: the agency sends.")
    per_minute: int = Field(
        default=120, ge=1, le=60_000, description="How many payloads it may send in a minute."
    )
    certificates: tuple[Annotated[str, AfterValidator(_fingerprint)], ...] = Field(
        default=(),
        description="SHA-256 fingerprints of client certificates, one of which must be shown.",
    )


class PagingDocument(Document):
    """How pages follow each other."""

    by: PagedBy = Field(description="link-header, next-path, page-number or offset.")
    name: Text | None = Field(
        default=None, description="JMESPath of the next address, or the parameter that counts."
    )
    first: int = Field(default=0, ge=0, description="What the counting parameter starts from.")
    step: int = Field(default=1, ge=1, description="By how much it grows from page to page.")
    most: int = Field(default=50, ge=1, le=1_000, description="Pages read at most.")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.by is PagedBy.HEADER) != (self.name is None):
            raise wrong("`name` fits every way of paging but link-header", "Add or remove it.")
        if self.by is PagedBy.BODY:
            try:
                jmespath.compile(self.name or "")
            except JMESPathError:
                raise wrong(
                    "`name` does not compile", "Write a JMESPath such as links.next."
                ) from None
        return self


class WebDocument(Document):
    """An address that answers with JSON, XML or CSV."""

    kind: Literal[TransportKind.WEB] = Field(description="web: fetched over HTTP(S).")
    url: Address = Field(description="The address, without any secret.")
    connection: Connection = _CONNECTION
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = Field(
        default=None,
        description="Header that carries the secret, such as X-Api-Key; else Authorization.",
    )
    accept: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e ]+$")] = Field(
        default="*/*", description="What is asked for, such as application/json."
    )
    paging: PagingDocument | None = Field(
        default=None, description="How pages follow each other; left out: one page."
    )


class SocrataDocument(Document):
    """A data set of a Socrata site."""

    kind: Literal[TransportKind.SOCRATA] = Field(description="socrata: a Socrata data set.")
    site: Site = Field(description="The site, such as https://data.example.gov.")
    dataset: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{4}-[a-z0-9]{4}$")] = Field(
        description="The data set's four-by-four id, such as abcd-1234."
    )
    time_field: Name = Field(description="Column of floating timestamps that grows with a change.")
    window_hours: float = Field(
        default=24, gt=0, le=8_784, description="How far back the first look goes."
    )
    overlap_hours: float = Field(
        default=2,
        ge=1,
        le=720,
        description="What every look reads again: late rows, and the hour that clocks repeat.",
    )
    page_size: int = Field(default=1_000, ge=1, le=50_000, description="Rows a page.")
    where: str = Field(default="", description="A further SoQL condition.")
    connection: Connection = _CONNECTION


class ArcGisDocument(Document):
    """A layer of an ArcGIS FeatureServer."""

    kind: Literal[TransportKind.ARCGIS] = Field(description="arcgis: a FeatureServer layer.")
    layer: Address = Field(description="Address of the layer, such as .../FeatureServer/0.")
    time_field: Name | None = Field(
        default=None, description="Date field that narrows the query to the window."
    )
    window_hours: float = Field(
        default=24, gt=0, le=8_784, description="How far back `time_field` may lie."
    )
    page_size: int = Field(default=500, ge=1, le=2_000, description="Features a page.")
    where: str = Field(default="1=1", description="A further SQL condition.")
    connection: Connection = _CONNECTION


class CkanDocument(Document):
    """A resource in a CKAN datastore."""

    kind: Literal[TransportKind.CKAN] = Field(description="ckan: a CKAN datastore resource.")
    site: Site = Field(description="The site, such as https://data.example.org.")
    resource: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")] = Field(
        description="The resource's id, a UUID."
    )
    sort: Annotated[str, StringConstraints(pattern=r"^[\w ,]+$")] = Field(
        default="_id desc", description="Order of the rows, newest first."
    )
    page_size: int = Field(default=1_000, ge=1, le=32_000, description="Rows a page.")
    most: int = Field(default=5_000, ge=1, le=1_000_000, description="Rows at most.")
    connection: Connection = _CONNECTION


class AtomDocument(Document):
    """An Atom or RSS feed, with GeoRSS or without."""

    kind: Literal[TransportKind.ATOM] = Field(description="atom: an Atom or RSS feed.")
    url: Address = Field(description="The feed's address.")
    pages: int = Field(default=1, ge=1, le=100, description="Pages, where it links to a next one.")
    connection: Connection = _CONNECTION


class SftpDocument(Document):
    """Files on an SFTP server."""

    kind: Literal[TransportKind.SFTP] = Field(description="sftp: files on an SFTP server.")
    host: Host = Field(description="The server.")
    port: Port = Field(default=22, description="Its port.")
    path: PathText = Field(description="The folder there.")
    pattern: FilePattern = Field(description='Which files in it, such as "*.xml".')
    known_hosts: PathText = Field(
        description="File beside this one with the server's host keys, as ssh keeps them."
    )
    connection: Connection = _CONNECTION


class MailDocument(Document):
    """A mailbox read over IMAP with TLS."""

    kind: Literal[TransportKind.MAIL] = Field(description="mail: a mailbox over IMAP with TLS.")
    host: Host = Field(description="The mail server.")
    port: Port = Field(default=993, description="Its port, TLS from the first byte.")
    mailbox: Text = Field(default="INBOX", description="The folder of the mailbox.")
    senders: tuple[Annotated[str, AfterValidator(_sender)], ...] = Field(
        min_length=1, description="Who may send; mail of anyone else is told and left alone."
    )
    attachments: FilePattern | None = Field(
        default=None, description='Attachments that are payloads, such as "*.xml"; else the text.'
    )
    verified_by: Host | None = Field(
        default=None, description="Mail server whose Authentication-Results must say dkim=pass."
    )
    headers: tuple[Literal["subject", "date"], ...] = Field(
        default=(),
        description="Headers kept with a text: fields `mail subject` and `mail date` of its "
        "records, where the format is labelled or a table.",
    )
    connection: Connection = _CONNECTION

    @model_validator(mode="after")
    def _of_texts(self) -> Self:
        if self.headers and self.attachments:
            raise wrong(
                "`headers` stands beside `attachments`", "Headers are kept with texts only."
            )
        if len(set(self.headers)) != len(self.headers):
            raise wrong("`headers` names one twice", "Name each once.")
        return self


TransportDocument = Annotated[
    FolderDocument
    | PushDocument
    | WebDocument
    | SocrataDocument
    | ArcGisDocument
    | CkanDocument
    | AtomDocument
    | SftpDocument
    | MailDocument,
    Field(discriminator="kind"),
]

TRANSPORT_DOCUMENTS: Mapping[str, type[Document]] = {
    "folder": FolderDocument,
    "push": PushDocument,
    "web": WebDocument,
    "socrata": SocrataDocument,
    "arcgis": ArcGisDocument,
    "ckan": CkanDocument,
    "atom": AtomDocument,
    "sftp": SftpDocument,
    "mail": MailDocument,
}
"""The word in agency.yml, and the document behind it."""
