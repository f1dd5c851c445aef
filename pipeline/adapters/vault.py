"""Keeps private bytes encrypted, each object under a data key of its own.

Bytes and a context go in; a random name and a wrapped data key come out, and the caller keeps
both. Dropping the wrapped key destroys the object for good, wherever copies of it lie
(crypto-shredding); ``shred`` then only tidies up. This module must never write plaintext, put any
of it in an error, or keep a wrapped key beside its object. ``keyring`` wraps, the store remembers.

The folder may be local or anything universal-pathlib reaches (``s3://``, ``memory://``); such
folders must exist, and their own promise says how durable they are.
"""

from __future__ import annotations

import os
import secrets
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from upath import UPath

from pipeline.adapters.durable import make_folder, sync_folder, write_new
from pipeline.adapters.keyring import WRAPPED_BYTES, Keyring, framed
from pipeline.model import VaultFailure

__all__ = ["Vault", "VaultObject"]

_OBJECT, _SMALL = b"BVO1", b"BVS1"
_KEY_BYTES, _NONCE_BYTES, _REF_BYTES = 32, 12, 16
_LOCAL = frozenset({"", "file", "local"})
_SMALL_NAME = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultObject:
    """One stored object: its random name and its wrapped data key."""

    ref: str
    wrapped_key: bytes = field(repr=False)


class Vault:
    """Private bytes under one folder. Objects are never changed, only added and shredded."""

    __slots__ = ("_keyring", "_local", "_place", "_randomness", "_root")

    def __init__(
        self,
        root: UPath,
        keyring: Keyring,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._root, self._keyring, self._randomness = root, keyring, randomness
        self._local = Path(root.path) if root.protocol in _LOCAL else None
        # Named by protocol and path: a full address may carry a password.
        self._place = str(self._local or f"{root.protocol}:{root.path}")

    def put(self, plaintext: bytes, *, context: str) -> VaultObject:
        """Store the bytes; on a local folder they are on disk when this returns.

        ``context`` says what they belong to (agency, purpose); only the same one reads them back.

        Raises:
            VaultFailure: the folder cannot be written, or is full. Nothing is kept then.
        """
        ref = self._randomness(_REF_BYTES).hex()
        data_key = self._randomness(_KEY_BYTES)
        body = _OBJECT + self._encrypted(plaintext, data_key, ref, context)
        with self._explained("written", "Free space or make it writable, then run again"):
            self._write(ref, body)
        wrapped = self._keyring.wrap(data_key, _key_context(ref, context))
        return VaultObject(ref=ref, wrapped_key=wrapped)

    def get(self, ref: str, wrapped_key: bytes, context: str) -> bytes:
        """Return the bytes stored under ``ref``.

        Raises:
            VaultFailure: missing, shredded, damaged, or sealed with another key or context.
        """
        path = self._path(ref)
        data_key = self._keyring.unwrap(wrapped_key, _key_context(ref, context))
        with self._explained("read", "Make it readable for the user who runs Blotter"):
            try:
                body = path.read_bytes()
            except FileNotFoundError:
                raise VaultFailure(
                    f"The vault {self._place} has no object {ref}. It was shredded, or this is "
                    "not the vault it was put in: check the folder, or restore it from a backup."
                ) from None
        return self._decrypted(body, _OBJECT, data_key, ref, context)

    def shred(self, ref: str) -> None:
        """Delete an object; deleting what is gone already is no error.

        The caller has dropped the wrapped key before: that is what makes the bytes unreadable.

        Raises:
            VaultFailure: the folder cannot be written.
        """
        path = self._path(ref)
        with self._explained("changed", "Make it writable, then run again"):
            try:
                path.unlink()
            except FileNotFoundError:
                return
            if self._local is not None:
                sync_folder(self._local)

    def seal_small(self, plaintext: bytes, *, context: str) -> bytes:
        """Return ciphertext that carries its own wrapped key, to be kept in a database row.

        It is 101 bytes longer than the plaintext. Deleting the row's bytes destroys it.
        """
        data_key = self._randomness(_KEY_BYTES)
        wrapped = self._keyring.wrap(data_key, _key_context(_SMALL_NAME, context))
        return _SMALL + wrapped + self._encrypted(plaintext, data_key, _SMALL_NAME, context)

    def open_small(self, sealed: bytes, context: str) -> bytes:
        """Return what :meth:`seal_small` sealed for ``context``.

        Raises:
            VaultFailure: damaged, or sealed with another key or context.
        """
        head = len(_SMALL) + WRAPPED_BYTES
        wrapped = sealed[len(_SMALL) : head]
        data_key = self._keyring.unwrap(wrapped, _key_context(_SMALL_NAME, context))
        body = sealed[: len(_SMALL)] + sealed[head:]
        return self._decrypted(body, _SMALL, data_key, _SMALL_NAME, context)

    def refs(self, now: datetime) -> Iterator[tuple[str, timedelta]]:
        """Yield every object's name and age, in no order, to find those that nobody remembers.

        A run killed inside :meth:`put` leaves such an orphan; sweep only those older than the
        longest run, since a younger one may be about to be remembered.

        Raises:
            VaultFailure: the folder cannot be read.
        """
        with self._explained("listed", "Make it readable for the user who runs Blotter"):
            if not self._root.exists():
                return  # nothing was ever put
            names = [entry.name for entry in self._root.iterdir() if _names_object(entry.name)]
            for name in names:
                try:
                    written = self._written(name)
                except FileNotFoundError:
                    continue  # shredded meanwhile
                yield name, now - written

    def __repr__(self) -> str:
        return f"Vault({self._place})"

    def _path(self, ref: str) -> UPath:
        if not _names_object(ref):
            raise VaultFailure("This is not the name of a vault object. Check the database.")
        return self._root / ref

    def _write(self, ref: str, body: bytes) -> None:
        # No temporary file: nobody knows the name before put returns, so nobody reads half of it.
        if self._local is None:
            (self._root / ref).write_bytes(body)
            return
        make_folder(self._local)
        write_new(self._local / ref, body)
        sync_folder(self._local)

    def _written(self, ref: str) -> datetime:
        if self._local is not None:
            return datetime.fromtimestamp((self._local / ref).stat().st_mtime, UTC)
        changed: datetime = self._root.fs.modified((self._root / ref).path)
        return changed

    def _encrypted(self, plaintext: bytes, data_key: bytes, name: str, context: str) -> bytes:
        nonce = self._randomness(_NONCE_BYTES)
        return nonce + AESGCM(data_key).encrypt(nonce, plaintext, _label(name, context))

    def _decrypted(
        self, body: bytes, kind: bytes, data_key: bytes, name: str, context: str
    ) -> bytes:
        start = len(kind) + _NONCE_BYTES
        if not body.startswith(kind) or len(body) < start:
            raise self._damaged(name)
        try:
            nonce, sealed = body[len(kind) : start], body[start:]
            return AESGCM(data_key).decrypt(nonce, sealed, _label(name, context))
        except InvalidTag:
            raise self._damaged(name) from None

    def _damaged(self, name: str) -> VaultFailure:
        return VaultFailure(
            f"The vault {self._place} holds a damaged or swapped object ({name}). "
            "Restore it from a backup; nothing of it was used."
        )

    @contextmanager
    def _explained(self, verb: str, remedy: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "the storage refused"
            raise VaultFailure(
                f"The vault {self._place} cannot be {verb}: {reason}. {remedy}."
            ) from None


def _label(name: str, context: str) -> bytes:
    return framed(b"blotter vault", name.encode(), context.encode())


def _key_context(name: str, context: str) -> str:
    return f"{name}:{context}"  # name holds no colon


def _names_object(name: str) -> bool:
    return len(name) == 2 * _REF_BYTES and set(name) <= set(string.hexdigits.lower())
