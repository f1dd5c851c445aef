"""Keeps the log's signing keys in one private file: creates them, rotates them, signs.

A path goes in, ``LogKeys`` come out. The file is JSON with mode 0600: the log's name, which never
changes, and every key it ever had; a key that retired keeps its public half alone. It must never
show a private key. A key service takes this module's place with its own ``Signer``.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.adapters.durable import make_folder
from pipeline.adapters.private_file import explained, locked, put_private, read_private
from pipeline.audit.note import ED25519, NoteKey, Signer
from pipeline.model import ConfigError, SensitiveLeak

__all__ = ["FileSigner", "LogKey", "LogKeys", "open_log_keys", "read_log_keys", "rotate_log_key"]

_FORMAT = "blotter-log-keys-1"
_SEED_BYTES = 32
_RESTORE = "Restore it from a backup; a new key is another log to everybody who holds the old one."


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """One key of the log. ``until`` is when it stops signing; None while it is the newest."""

    key: NoteKey
    since: datetime
    until: datetime | None = None
    seed: bytes | None = field(default=None, repr=False)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("a signing key was pickled; only its file holds it")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeys:
    """The log's name and its keys, oldest first."""

    origin: str
    keys: tuple[LogKey, ...]

    @property
    def public(self) -> tuple[NoteKey, ...]:
        """The verifier keys, retired ones among them."""
        return tuple(each.key for each in self.keys)

    def signers(self, at: datetime) -> tuple[Signer, ...]:
        """Return who signs at a time: the newest key, and older ones whose overlap lasts."""
        return tuple(
            FileSigner(each.key, each.seed)
            for each in self.keys
            if each.seed is not None and (each.until is None or at < each.until)
        )


class FileSigner:
    """Signs with a key out of a file; implements :class:`pipeline.audit.note.Signer`."""

    __slots__ = ("_private", "key")

    def __init__(self, key: NoteKey, seed: bytes) -> None:
        self.key = key
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message``, 64 bytes."""
        return self._private.sign(message)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("a signing key was pickled; only its file holds it")


def open_log_keys(
    path: Path,
    origin: str,
    *,
    kind: int = ED25519,
    may_create: bool,
    randomness: Callable[[int], bytes],
    now: datetime,
) -> LogKeys:
    """Read the keys, or make the first one where nothing was signed yet.

    ``origin`` counts only for the first key: a log never changes its name.

    Raises:
        ConfigError: the file is missing, damaged, open to others, or cannot be written.
    """
    if path.exists() or not may_create:
        return read_log_keys(path)
    with explained(path, "cannot be created", "Make its folder writable, or choose another one"):
        make_folder(path.parent)
        with locked(path):
            if path.exists():
                return _parsed(read_private(path), path)
            keys = LogKeys(origin=origin, keys=(_fresh(origin, kind, randomness, now),))
            put_private(path, _rendered(keys), os.link)
    return keys


def read_log_keys(path: Path) -> LogKeys:
    """Read the keys.

    Raises:
        ConfigError: the file is missing, damaged, or open to others.
    """
    with explained(path, "cannot be read", "Make it readable for the user who runs Blotter"):
        try:
            return _parsed(read_private(path), path)
        except FileNotFoundError:
            raise ConfigError(
                "the log's signing key is missing", remedy=_RESTORE, path=path
            ) from None


def rotate_log_key(
    path: Path, *, until: datetime, randomness: Callable[[int], bytes], now: datetime
) -> LogKeys:
    """Add a key that signs beside the present one until a time, and alone from then on.

    Private halves whose overlap is over are dropped from the file.

    Raises:
        ConfigError: as :func:`open_log_keys`.
    """
    with explained(path, "cannot be changed", "Make file and folder writable"), locked(path):
        keys = _parsed(read_private(path), path)
        old = [replace(key, until=until) if key.until is None else key for key in keys.keys]
        kept = [
            replace(key, seed=None) if key.until is not None and key.until <= now else key
            for key in old
        ]
        fresh = _fresh(keys.origin, keys.keys[-1].key.kind, randomness, now)
        keys = LogKeys(origin=keys.origin, keys=(*kept, fresh))
        put_private(path, _rendered(keys), os.replace)
    return keys


def _fresh(name: str, kind: int, randomness: Callable[[int], bytes], now: datetime) -> LogKey:
    seed = randomness(_SEED_BYTES)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return LogKey(key=NoteKey(name=name, kind=kind, public=public), since=now, seed=seed)


def _parsed(body: bytes, path: Path) -> LogKeys:
    try:
        return _keys(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise ConfigError(
            "this is not a whole file of signing keys", remedy=_RESTORE, path=path
        ) from None


def _keys(document: dict[str, Any]) -> LogKeys:
    if document["format"] != _FORMAT or not document["keys"]:
        raise ValueError
    origin = str(document["origin"])
    return LogKeys(origin=origin, keys=tuple(_key(origin, each) for each in document["keys"]))


def _key(origin: str, each: dict[str, Any]) -> LogKey:
    seed = base64.b64decode(each["seed"], validate=True) if each["seed"] else None
    public = base64.b64decode(each["public"], validate=True)
    if len(public) != _SEED_BYTES or (seed is not None and len(seed) != _SEED_BYTES):
        raise ValueError
    return LogKey(
        key=NoteKey(name=origin, kind=int(each["kind"]), public=public),
        since=datetime.fromisoformat(each["since"]),
        until=datetime.fromisoformat(each["until"]) if each["until"] else None,
        seed=seed,
    )


def _rendered(keys: LogKeys) -> bytes:
    document = {
        "format": _FORMAT,
        "origin": keys.origin,
        "keys": [
            {
                "kind": each.key.kind,
                "public": base64.b64encode(each.key.public).decode(),
                "seed": base64.b64encode(each.seed).decode() if each.seed else "",
                "since": each.since.isoformat(),
                "until": each.until.isoformat() if each.until else "",
            }
            for each in keys.keys
        ],
    }
    return json.dumps(document, indent=2).encode() + b"\n"
