"""Packs folders into one checked archive, and unpacks one that is whole.

In go names and files, out comes a gzipped tar, readable by its owner only, whose last member is a
manifest with the SHA-256 of each other. Nothing is unpacked before all of it was checked. A member
is a plain file under a relative name; links, devices and ``..`` are refused. It must never be given
a key: what is packed here may lie where keys may not.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

import orjson

from pipeline.adapters.durable import sync_folder
from pipeline.model import StoreFailure

__all__ = ["Manifest", "check_archive", "pack", "unpack"]

_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds: facts about it, and the digest of each member by name."""

    facts: Mapping[str, str | int]
    digests: Mapping[str, str] = field(default_factory=dict)


def pack(
    path: Path, members: Iterable[tuple[str, Path]], facts: Mapping[str, str | int]
) -> Manifest:
    """Write an archive under a new name, on disk when this returns.

    A member that vanished before it was read is left out: it was shredded meanwhile.

    Raises:
        StoreFailure: there is such a file already, or it cannot be written.
    """
    digests: dict[str, str] = {}
    with _explained(path, "be written"):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
                for name, source in members:
                    try:
                        body = source.read_bytes()
                    except FileNotFoundError:
                        continue
                    digests[name] = hashlib.sha256(body).hexdigest()
                    _add(tar, name, body)
                manifest = {"facts": dict(facts), "digests": digests}
                _add(tar, _MANIFEST, orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    return Manifest(facts=facts, digests=digests)


def check_archive(path: Path) -> Manifest:
    """Read all of an archive and compare it with its manifest.

    Raises:
        StoreFailure: it cannot be read, is cut off, or a member is not what the manifest says.
    """
    found: dict[str, str] = {}
    manifest = None
    with _explained(path, "be read"), tarfile.open(path, "r:gz") as tar:
        for member, stream in _members(tar):
            if member == _MANIFEST:
                manifest = orjson.loads(stream.read())
            else:
                found[member] = _digest(stream)
    if manifest is None:
        raise StoreFailure(f"{path.name} has no manifest: it is cut off, or no backup")
    told = Manifest(facts=manifest["facts"], digests=manifest["digests"])
    for name in sorted(found.keys() | told.digests.keys()):
        if found.get(name) != told.digests.get(name):
            raise StoreFailure(f"{path.name}: {name} is not what the manifest says")
    return told


def unpack(path: Path, places: Mapping[str, Path]) -> Manifest:
    """Unpack a checked archive: members under ``NAME/`` go into ``places[NAME]``.

    Raises:
        StoreFailure: it is not whole, has a member for no place, or a file is there already.
    """
    manifest = check_archive(path)
    with _explained(path, "be unpacked"), tarfile.open(path, "r:gz") as tar:
        for member, stream in _members(tar):
            if member == _MANIFEST:
                continue
            top, *rest = PurePosixPath(member).parts
            if top not in places or not rest:
                raise StoreFailure(f"{path.name} holds {top}, which has no place here")
            target = places[top].joinpath(*rest)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
                while chunk := stream.read(_CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
    return manifest


def _add(tar: tarfile.TarFile, name: str, body: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(body), 0o600
    tar.addfile(info, io.BytesIO(body))


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in tar:
        parts = PurePosixPath(info.name).parts
        stream = tar.extractfile(info) if info.isfile() else None
        if stream is None or ".." in parts or info.name.startswith("/"):
            raise StoreFailure("the archive holds something that is no plain file; it is refused")
        yield info.name, stream


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _explained(path: Path, verb: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise StoreFailure(f"{path} or what it unpacks to is there already") from None
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise StoreFailure(f"{path} cannot {verb} ({why})") from None
