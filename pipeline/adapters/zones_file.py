"""Keeps exclusion zones in a file that is encrypted, under a key in a file of its own.

Cells go in and come out; on disk they are AES-256-GCM ciphertext, padded so that its length tells
nothing of how many there are. This module must never write a cell in clear, overwrite a key, accept
a key file that others may read, or say in an error what it read. ``place.zones`` makes the cells.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Callable
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.adapters.durable import make_folder, replace_file, sync_folder, write_new
from pipeline.model import ConfigError
from pipeline.place.zones import Zones

__all__ = ["create_zone_key", "read_zone_key", "read_zones", "write_zones"]

_MAGIC = b"blotter-zones-1\n"
_NONCE, _KEY = 12, 32
_BLOCK = 16_384
"""Plaintext is padded to multiples of this many bytes: some thousand cells."""

_DAMAGED = "Build it again with `blotter zones build`, or restore it and its key from a backup."


def read_zone_key(path: Path) -> bytes:
    """Return the 32 bytes of the key file.

    Raises:
        ConfigError: it is missing, open to others, or no key file.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(200)
    except OSError as error:
        raise ConfigError(
            f"the key of the exclusion zones cannot be read ({os.strerror(error.errno or 0)})",
            remedy="Restore it from a backup; it was made by `blotter zones build`.",
            path=path,
        ) from None
    if mode & 0o077:
        raise ConfigError(
            f"other users may use this key file (mode {mode:04o})",
            remedy=f"Run `chmod 600 {path}`, and think about who may have copied it.",
            path=path,
        )
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        raise ConfigError("this is not a whole key file", remedy=_DAMAGED, path=path)
    return key


def create_zone_key(path: Path, randomness: Callable[[int], bytes]) -> bytes:
    """Return the key, made now if there is none.

    Raises:
        ConfigError: as :func:`read_zone_key`, or the folder cannot be written.
    """
    if not path.exists():
        try:
            make_folder(path.parent)
            write_new(path, base64.b64encode(randomness(_KEY)) + b"\n")
            sync_folder(path.parent)
        except FileExistsError:
            pass  # another process was faster; its key counts
        except OSError as error:
            raise ConfigError(
                f"the key file cannot be written ({os.strerror(error.errno or 0)})",
                remedy="Make its folder writable.",
                path=path,
            ) from None
    return read_zone_key(path)


def write_zones(path: Path, zones: Zones, key: bytes, randomness: Callable[[int], bytes]) -> None:
    """Write the zones, encrypted, in the place of whatever was there.

    Raises:
        ConfigError: the file cannot be written.
    """
    body = orjson.dumps(sorted(zones.cells))
    padded = body + b" " * (-len(body) % _BLOCK)
    nonce = randomness(_NONCE)
    sealed = _MAGIC + nonce + AESGCM(key).encrypt(nonce, padded, _MAGIC)
    try:
        replace_file(path, sealed)
    except OSError as error:
        raise ConfigError(
            f"the zones cannot be written ({os.strerror(error.errno or 0)})",
            remedy="Make the folder writable, or give --out.",
            path=path,
        ) from None


def read_zones(path: Path, key: bytes) -> Zones:
    """Return the zones of a file.

    Raises:
        ConfigError: it cannot be read, was changed, or was sealed with another key.
    """
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the zones cannot be read ({os.strerror(error.errno or 0)})",
            remedy=_DAMAGED,
            path=path,
        ) from None
    try:
        nonce, text = sealed[len(_MAGIC) :][:_NONCE], sealed[len(_MAGIC) + _NONCE :]
        cells = orjson.loads(AESGCM(key).decrypt(nonce, text, _MAGIC))
    except (InvalidTag, ValueError):
        raise ConfigError(
            "the zones were changed, or sealed with another key", remedy=_DAMAGED, path=path
        ) from None
    return Zones(cells=frozenset((int(east), int(north)) for east, north in cells))
