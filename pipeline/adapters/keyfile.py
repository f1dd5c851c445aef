"""Keeps the keys in one private file: reads it, creates it once, adds a key per quarter.

A path goes in, a ``KeySet`` comes out. The file is JSON with mode 0600 and holds 32-byte keys in
base64: ``master`` wraps data keys, ``digest`` names private content for the file's whole life,
``commitments`` holds one key per quarter, so that an old quarter's key can be destroyed alone.
This module must never overwrite a key, accept a file that others may read, or quote anything from
the file in an error. ``keyring`` puts the keys to use.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pipeline.adapters.durable import make_folder
from pipeline.adapters.private_file import explained, locked, put_private, read_private
from pipeline.model import ConfigError, SensitiveLeak

__all__ = ["KEY_BYTES", "KeySet", "add_epoch", "create_keys", "drop_epoch", "read_keys"]

KEY_BYTES = 32
"""Length of every key: AES-256, and the block that HMAC-SHA-256 is secure with."""

_FORMAT = "blotter-keys-1"
_RESTORE = "Restore it from a backup; a new key cannot read what the old one sealed"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeySet:
    """The keys themselves, in memory for as long as it takes to set up a keyring."""

    master: bytes
    digest: bytes
    commitments: Mapping[str, bytes] = field(default_factory=dict)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("keys were pickled; only the key file holds them")


def read_keys(path: Path) -> KeySet | None:
    """Read the key file; None when there is none.

    Raises:
        ConfigError: it is unreadable, open to others, or not a key file.
    """
    with explained(path, "cannot be read", "Make it readable for the user who runs Blotter"):
        try:
            body = read_private(path)
        except FileNotFoundError:
            return None
    try:
        return _parsed(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError(
            "this is not a whole key file", remedy=f"{_RESTORE}.", path=path
        ) from None


def create_keys(path: Path, make: Callable[[], KeySet]) -> KeySet:
    """Create the key file, or read it when another process was faster. The winner's keys count.

    Raises:
        ConfigError: the folder cannot be written, or others may write to it.
    """
    with explained(path, "cannot be created", "Make its folder writable, or choose another one"):
        make_folder(path.parent)
        with locked(path):
            keys = read_keys(path)
            if keys is None:
                keys = make()
                _put(path, keys, os.link)
    return keys


def add_epoch(path: Path, epoch: str, key: bytes) -> KeySet:
    """Add the key of one quarter unless the file has one by now; return what the file holds.

    Raises:
        ConfigError: as :func:`read_keys`, or the folder cannot be written.
    """
    with (
        explained(path, "cannot take this quarter's key", "Make file and folder writable"),
        locked(path),
    ):
        keys = read_keys(path)
        if keys is None:
            raise ConfigError("the key file is gone", remedy=f"{_RESTORE}.", path=path)
        if epoch not in keys.commitments:
            grown = {**keys.commitments, epoch: key}
            keys = KeySet(master=keys.master, digest=keys.digest, commitments=grown)
            _put(path, keys, os.replace)
    return keys


def drop_epoch(path: Path, epoch: str) -> bool:
    """Remove the key of one quarter for good; return whether it was there.

    Raises:
        ConfigError: as :func:`add_epoch`.
    """
    with (
        explained(path, "cannot lose a quarter's key", "Make file and folder writable"),
        locked(path),
    ):
        keys = read_keys(path)
        if keys is None:
            raise ConfigError("the key file is gone", remedy=f"{_RESTORE}.", path=path)
        left = {each: key for each, key in keys.commitments.items() if each != epoch}
        if len(left) == len(keys.commitments):
            return False
        _put(path, KeySet(master=keys.master, digest=keys.digest, commitments=left), os.replace)
    return True


def _put(path: Path, keys: KeySet, move: Callable[[Path, Path], None]) -> None:
    put_private(path, _rendered(keys), move)


def _parsed(document: Any) -> KeySet:
    if document["format"] != _FORMAT:
        raise ValueError
    return KeySet(
        master=_key(document["master"]),
        digest=_key(document["digest"]),
        commitments={epoch: _key(text) for epoch, text in document["commitments"].items()},
    )


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise binascii.Error
    return key


def _rendered(keys: KeySet) -> bytes:
    def text(key: bytes) -> str:
        return base64.b64encode(key).decode("ascii")

    document = {
        "format": _FORMAT,
        "master": text(keys.master),
        "digest": text(keys.digest),
        "commitments": {epoch: text(key) for epoch, key in sorted(keys.commitments.items())},
    }
    return json.dumps(document, indent=2).encode("ascii") + b"\n"
