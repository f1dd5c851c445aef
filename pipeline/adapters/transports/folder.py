"""Takes finished files out of a folder, in name order, with ``folder_drop``.

Files that were landed before are not opened again. One that cannot be read does not stop the rest.
"""

from __future__ import annotations

from datetime import timedelta

from pipeline.adapters.folder_drop import MAX_BODY_BYTES, list_drop, read_drop
from pipeline.adapters.transports.fetched import Fetched, FetchFailed, Look, Steps
from pipeline.agencies.transport import FolderDrop
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["fetch"]

# A file is left alone until it has not changed for this long: writers may still be at it.
_SETTLE = timedelta(seconds=2)


async def fetch(look: Look, transport: FolderDrop) -> Steps:
    """Yield every file that was not landed before.

    Raises:
        ConfigError: the folder cannot be listed.
        FetchFailed: at the end, when files could not be read; they are tried again.
    """
    unreadable = 0
    for file in list_drop(transport, settle=_SETTLE, now=look.now):
        name, stamp = file.path.name, f"{file.size}:{file.mtime_ns}"
        if look.known(name, stamp):
            continue
        try:
            body = read_drop(file, MAX_BODY_BYTES)
        except PayloadRefused as refusal:
            yield Fetched(name=name, stamp=stamp, refusal=refusal)
            continue
        except ConfigError:
            unreadable += 1
            continue
        if body is not None:
            yield Fetched(body=body, name=name, stamp=stamp)
    if unreadable:
        raise FetchFailed(
            NoticeCode.FETCH_FAILED,
            f"{unreadable} file(s) in the drop folder cannot be read; mend their permissions, "
            "they are tried again",
        )
