"""Makes an agency's transport record of the document under ``transport`` in agency.yml.

In: the source and its document. Out: a frozen record. Must never look at the network, nor need
a folder to exist yet: other programs may make it later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.agencies.inputs import inside
from pipeline.agencies.transport import (
    ArcGisLayer,
    AtomFeed,
    CkanTable,
    FolderDrop,
    Mailbox,
    Paging,
    Push,
    SftpDrop,
    SocrataTable,
    Transport,
    TransportKind,
    WebFeed,
)
from pipeline.agencies.transport_document import (
    ArcGisDocument,
    AtomDocument,
    CkanDocument,
    FolderDocument,
    MailDocument,
    PushDocument,
    SftpDocument,
    SocrataDocument,
    WebDocument,
)
from pipeline.marked_yaml import Source

__all__ = ["transport_of"]


def transport_of(source: Source, document: Any) -> Transport:
    """Return the record of one document.

    Raises:
        ConfigError: a path leaves the agency's folder.
    """
    return _RECORDS[document.kind](source, document)


def _folder(source: Source, given: FolderDocument) -> Transport:
    """A relative folder stays inside the agency's; an absolute one is the operator's own choice."""
    absolute = Path(given.path)
    path = (
        absolute
        if absolute.is_absolute() and ".." not in absolute.parts
        else inside(source, ("transport", "path"), given.path)
    )
    return FolderDrop(path=path, pattern=given.pattern)


def _push(_source: Source, given: PushDocument) -> Transport:
    return Push(certificates=frozenset(given.certificates), per_minute=given.per_minute)


def _web(_source: Source, given: WebDocument) -> Transport:
    paging = given.paging
    return WebFeed(
        url=given.url,
        connection=given.connection,
        header=given.header or "",
        accept=given.accept,
        paging=None
        if paging is None
        else Paging(
            by=paging.by,
            name=paging.name or "",
            first=paging.first,
            step=paging.step,
            most=paging.most,
        ),
    )


def _socrata(_source: Source, given: SocrataDocument) -> Transport:
    return SocrataTable(
        site=given.site,
        dataset=given.dataset,
        time_field=given.time_field,
        window=timedelta(hours=given.window_hours),
        overlap=timedelta(hours=given.overlap_hours),
        page_size=given.page_size,
        where=given.where,
        connection=given.connection,
    )


def _arcgis(_source: Source, given: ArcGisDocument) -> Transport:
    return ArcGisLayer(
        layer=given.layer.rstrip("/"),
        time_field=given.time_field or "",
        window=timedelta(hours=given.window_hours),
        page_size=given.page_size,
        where=given.where,
        connection=given.connection,
    )


def _ckan(_source: Source, given: CkanDocument) -> Transport:
    return CkanTable(
        site=given.site,
        resource=given.resource,
        sort=given.sort,
        page_size=given.page_size,
        most=given.most,
        connection=given.connection,
    )


def _atom(_source: Source, given: AtomDocument) -> Transport:
    return AtomFeed(url=given.url, pages=given.pages, connection=given.connection)


def _sftp(source: Source, given: SftpDocument) -> Transport:
    return SftpDrop(
        host=given.host,
        port=given.port,
        path=given.path,
        pattern=given.pattern,
        known_hosts=inside(source, ("transport", "known_hosts"), given.known_hosts),
        connection=given.connection,
    )


def _mail(_source: Source, given: MailDocument) -> Transport:
    return Mailbox(
        host=given.host,
        port=given.port,
        mailbox=given.mailbox,
        senders=frozenset(given.senders),
        attachments=given.attachments or "",
        verified_by=given.verified_by or "",
        connection=given.connection,
        headers=given.headers,
    )


_RECORDS: Mapping[TransportKind, Callable[[Source, Any], Transport]] = {
    TransportKind.FOLDER: _folder,
    TransportKind.PUSH: _push,
    TransportKind.WEB: _web,
    TransportKind.SOCRATA: _socrata,
    TransportKind.ARCGIS: _arcgis,
    TransportKind.CKAN: _ckan,
    TransportKind.ATOM: _atom,
    TransportKind.SFTP: _sftp,
    TransportKind.MAIL: _mail,
}
