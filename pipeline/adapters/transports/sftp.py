"""Takes finished files out of a folder on an SFTP server, in name order.

A file is finished once its size and time are the same at two looks two seconds apart; server and
installation need not have the same clock. The server must show a host key that stands in the
agency's file of known hosts: nothing is learnt on the way. Nothing is deleted or renamed there.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from fnmatch import fnmatchcase
from typing import cast

import asyncssh

from pipeline.adapters.folder_drop import is_unfinished
from pipeline.adapters.transports.fetched import Credential, Fetched, FetchFailed, Look, Steps
from pipeline.adapters.transports.guard import pinned
from pipeline.adapters.transports.login import credential_of
from pipeline.agencies.transport import SftpDrop
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["SETTLE_SECONDS", "fetch"]

SETTLE_SECONDS = 2.0
_CHUNK = 65_536

Listed = dict[str, str]
"""File name -> size and time."""


async def fetch(look: Look, drop: SftpDrop) -> Steps:
    """Yield every finished file that was not landed before.

    Raises:
        FetchFailed: the server cannot be reached, is not the one known, or refuses the login.
    """
    credential = credential_of(look, drop.connection)
    async with AsyncExitStack() as stack:
        try:
            client = await _opened(look, drop, credential, stack)
            first = await _listed(client, drop)
            if any(not look.known(name, stamp) for name, stamp in first.items()):
                await asyncio.sleep(SETTLE_SECONDS)
                second = await _listed(client, drop)
            else:
                second = first
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise _failure(error) from None
        for name in sorted(first):
            stamp = first[name]
            if second.get(name) != stamp or look.known(name, stamp):
                continue
            fetched = await _read(look, client, drop, name, stamp)
            if fetched is not None:
                yield fetched


async def _opened(
    look: Look, drop: SftpDrop, credential: Credential | None, stack: AsyncExitStack
) -> asyncssh.SFTPClient:
    network = look.network
    address = await pinned(drop.host, drop.port, network.allowed)
    keys = []
    if credential is not None and credential.private_key:
        keys = [asyncssh.import_private_key(credential.private_key)]
    connection = await stack.enter_async_context(
        asyncssh.connect(
            address,
            drop.port,
            # The keys are looked up under the name, whichever address it has today.
            host_key_alias=drop.host,
            known_hosts=str(drop.known_hosts),
            username=credential.login if credential is not None else "",
            password=(credential.secret or None) if credential is not None else None,
            client_keys=keys or None,
            agent_path=None,
            config=None,
            connect_timeout=network.connect_seconds,
            login_timeout=network.idle_seconds,
        )
    )
    return await stack.enter_async_context(connection.start_sftp_client())


async def _listed(client: asyncssh.SFTPClient, drop: SftpDrop) -> Listed:
    found: Listed = {}
    for entry in await client.readdir(drop.path):
        name = entry.filename if isinstance(entry.filename, str) else entry.filename.decode()
        attributes = entry.attrs
        regular = attributes.type == asyncssh.FILEXFER_TYPE_REGULAR
        if regular and not is_unfinished(name) and fnmatchcase(name, drop.pattern):
            found[name] = f"{attributes.size}:{attributes.mtime}:{attributes.mtime_ns or 0}"
    return found


async def _read(
    look: Look, client: asyncssh.SFTPClient, drop: SftpDrop, name: str, stamp: str
) -> Fetched | None:
    """Return one file, whole; None when it changed or went away meanwhile."""
    size, limit = int(stamp.partition(":")[0]), look.agency.format.max_bytes
    if size > limit:
        refusal = PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
        return Fetched(name=name, stamp=stamp, refusal=refusal)
    try:
        async with asyncio.timeout(look.network.total_seconds):
            async with client.open(f"{drop.path.rstrip('/')}/{name}", "rb") as file:
                body = await _bytes(file, size)
            after = (await _listed(client, drop)).get(name)
    except asyncssh.SFTPNoSuchFile:
        return None
    except (OSError, TimeoutError, asyncssh.Error) as error:
        raise _failure(error) from None
    return (
        Fetched(body=body, name=name, stamp=stamp) if (len(body), after) == (size, stamp) else None
    )


async def _bytes(file: asyncssh.SFTPClientFile, size: int) -> bytes:
    """Return the file's bytes, at most one chunk more than was listed."""
    parts: list[bytes] = []
    read = 0
    while read <= size:
        chunk = await file.read(_CHUNK)
        if not chunk:
            break
        # Opened for bytes, which the library's types cannot say.
        parts.append(cast("bytes", chunk))
        read += len(chunk)
    return b"".join(parts)


def _failure(error: Exception) -> FetchFailed:
    """Return what went wrong, by class: texts may name users and paths."""
    if isinstance(error, asyncssh.HostKeyNotVerifiable | asyncssh.KeyExchangeFailed):
        return FetchFailed(NoticeCode.HOST_UNKNOWN)
    if isinstance(error, asyncssh.PermissionDenied | asyncssh.SFTPPermissionDenied):
        return FetchFailed(NoticeCode.FETCH_REFUSED, type(error).__name__)
    return FetchFailed(NoticeCode.FETCH_FAILED, type(error).__name__)
