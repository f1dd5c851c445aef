"""Holds the keys: seals names for private content, and wraps the vault's data keys.

A key file's path and the environment go in, a ``Keyring`` comes out. It must never show a key: not
in a ``repr``, a pickle, an error or a log. ``keyfile`` keeps the file, ``vault`` encrypts with it.

The keys come from one of two places:

* ``BLOTTER_KEY`` in the environment: at least 32 random bytes in base64, such as
  ``openssl rand -base64 32`` prints. All keys are derived from it (HKDF-SHA-256, RFC 5869) and
  nothing is written; single quarters' commitment keys can then not be destroyed alone.
* otherwise the key file, created on first use. Whoever loses it loses the vault: back it up.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.adapters.keyfile import KEY_BYTES, KeySet, add_epoch, create_keys, read_keys
from pipeline.adapters.shreds_file import destroyed_keys, shreds_path
from pipeline.audit.certificates import key_name
from pipeline.model import Commitment, ConfigError, Digest, Seal, SensitiveLeak, VaultFailure

__all__ = [
    "KEY_VARIABLE",
    "WRAPPED_BYTES",
    "CommitmentKeys",
    "Keyring",
    "commitment_key_name",
    "epoch_name",
    "framed",
    "open_keyring",
]

KEY_VARIABLE = "BLOTTER_KEY"

_VERSION, _ID_BYTES, _NONCE_BYTES, _TAG_BYTES = b"\x01", 8, 12, 16
_EPOCH = re.compile(r"\d{4}-Q[1-4]")
WRAPPED_BYTES = len(_VERSION) + _ID_BYTES + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES
"""Length of a wrapped data key: version, key id, nonce, key, tag."""


def epoch_name(day: date) -> str:
    """Return the calendar quarter that names a commitment key, such as ``2026-Q4``."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def commitment_key_name(epoch: str) -> str:
    """Return the id of a quarter's commitment key among destroyed ones: the quarter, no digest."""
    return f"commitment:{epoch}"


def framed(*parts: bytes) -> bytes:
    """Join parts, each behind its length (8 bytes), so that no two lists give the same bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


class CommitmentKeys(Protocol):
    """Who can commit under the key of any quarter: a key file, or a key service that keeps them."""

    def commitment(self, epoch: str, text: str) -> Commitment | None:
        """Return the commitment to a text under a quarter's key; None when that key is gone."""
        ...


class Keyring:
    """The keys in use. ``key_id`` (16 hex digits) tells two keyrings apart and reveals neither.

    Keys live only inside HMAC and cipher objects, so that nothing that lists attributes or local
    variables can show them.
    """

    __slots__ = (
        "_commitments",
        "_derives",
        "_destroyed",
        "_digest",
        "_epoch_key",
        "_master",
        "_randomness",
        "key_id",
    )

    def __init__(
        self,
        keys: KeySet,
        *,
        epoch_key: Callable[[str], bytes],
        randomness: Callable[[int], bytes],
        derives: bool = False,
        destroyed: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._derives, self._destroyed = derives, destroyed
        self.key_id = _hmac(keys.master, b"key id", keys.digest).hex()[: 2 * _ID_BYTES]
        self._master = AESGCM(keys.master)
        self._digest = hmac.new(keys.digest, digestmod=hashlib.sha256)
        self._epoch_key = epoch_key
        self._commitments = {
            epoch: hmac.new(key, digestmod=hashlib.sha256)
            for epoch, key in keys.commitments.items()
        }
        self._randomness = randomness

    def seal(self, epoch_of: date) -> Seal:
        """Return the seal whose commitments belong to the quarter of that day (UTC).

        A quarter met for the first time gets its key now.

        Raises:
            ConfigError: the key file cannot take the new quarter's key, or that quarter's was
                destroyed.
        """
        epoch = epoch_name(epoch_of)
        if epoch not in self._commitments:
            key = self._epoch_key(epoch)
            self._commitments[epoch] = hmac.new(key, digestmod=hashlib.sha256)
        return _KeyedSeal(self._digest, self._commitments[epoch], epoch)

    def commitment(self, epoch: str, text: str) -> Commitment | None:
        """Return the commitment to a text under a quarter's key; None when that key is gone.

        Never makes a key: implements :class:`CommitmentKeys`.
        """
        if epoch not in self._commitments:
            if not (self._derives and _EPOCH.fullmatch(epoch)):
                return None
            key = self._epoch_key(epoch)
            self._commitments[epoch] = hmac.new(key, digestmod=hashlib.sha256)
        return _KeyedSeal(self._digest, self._commitments[epoch], epoch).commit(text)

    def wrap(self, data_key: bytes, context: str) -> bytes:
        """Encrypt a 32-byte data key; only the same ``context`` can unwrap it.

        AES-256-GCM with a random nonce: one key is good for 2**32 wraps (NIST SP 800-38D §8.3).
        """
        nonce = self._randomness(_NONCE_BYTES)
        sealed = self._master.encrypt(nonce, data_key, _wrap_label(context))
        return _VERSION + bytes.fromhex(self.key_id) + nonce + sealed

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Return the data key that :meth:`wrap` encrypted for ``context``.

        Raises:
            VaultFailure: another keyring wrapped it, it was changed or cut, or it was destroyed
                and came back with a backup.
        """
        if key_name(wrapped) in self._destroyed():
            raise VaultFailure("This key was destroyed; a restored backup does not bring it back.")
        if len(wrapped) != WRAPPED_BYTES or not wrapped.startswith(_VERSION):
            raise VaultFailure("A wrapped key is damaged. Restore the database from a backup.")
        _, key_id, nonce, sealed = _split(wrapped, len(_VERSION), _ID_BYTES, _NONCE_BYTES)
        if key_id.hex() != self.key_id:
            raise VaultFailure(
                f"The vault was written with key {key_id.hex()}, but this is key {self.key_id}. "
                f"Restore the right key file or {KEY_VARIABLE} from a backup."
            )
        try:
            return self._master.decrypt(nonce, sealed, _wrap_label(context))
        except InvalidTag:
            raise VaultFailure(
                "A wrapped key was changed or belongs to something else. "
                "Restore the database from a backup."
            ) from None

    def __repr__(self) -> str:
        return f"Keyring({self.key_id})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("a keyring was pickled; each process opens its own")


class _KeyedSeal:
    """Implements :class:`~pipeline.model.Seal`. Safe to share between threads."""

    __slots__ = ("_commitment", "_digest", "_epoch")

    def __init__(self, digest: hmac.HMAC, commitment: hmac.HMAC, epoch: str) -> None:
        self._digest, self._commitment, self._epoch = digest, commitment, epoch

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        """Return the HMAC of the framed purpose and parts, in 64 hex digits."""
        return Digest(_continued(self._digest, purpose.encode(), *parts))

    def commit(self, text: str) -> Commitment:
        """Return ``epoch:hex`` for exactly this text; lone surrogates are kept apart too."""
        value = _continued(self._commitment, b"commitment", text.encode("utf-8", "surrogatepass"))
        return Commitment(f"{self._epoch}:{value}")

    def __repr__(self) -> str:
        return f"Seal({self._epoch})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("a seal was pickled; each process makes its own")


def open_keyring(
    path: Path,
    environ: Mapping[str, str],
    *,
    may_create: bool,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    today: date,
) -> Keyring:
    """Open the keys from ``BLOTTER_KEY`` or the file at ``path``, creating it where allowed.

    ``may_create`` is True only while the store holds nothing sealed yet: a second key would make
    the vault unreadable and every incident new. Creating is safe in several processes at once.

    Raises:
        ConfigError: keys are missing, damaged, open to other users, or cannot be written.
    """
    given = environ.get(KEY_VARIABLE, "").strip()
    if given:
        return _derived(given, randomness, path)
    keys = read_keys(path)
    if keys is None and may_create:
        keys = create_keys(path, lambda: _fresh(randomness, today))
    if keys is None:
        raise ConfigError(
            "the key file is missing, and the store holds things sealed with it",
            remedy=f"Restore the key file from a backup, or set {KEY_VARIABLE} if that was used.",
            path=path,
        )

    def epoch_key(epoch: str) -> bytes:
        if commitment_key_name(epoch) in destroyed_keys(shreds_path(path)):
            raise ConfigError(
                f"the commitment key of {epoch} was destroyed, and there is no second one",
                remedy="Set the machine's clock right.",
                path=path,
            )
        return add_epoch(path, epoch, randomness(KEY_BYTES)).commitments[epoch]

    gone = destroyed_keys(shreds_path(path))
    left = {e: key for e, key in keys.commitments.items() if commitment_key_name(e) not in gone}
    keyring = Keyring(
        replace(keys, commitments=left),
        epoch_key=epoch_key,
        randomness=randomness,
        destroyed=lambda: destroyed_keys(shreds_path(path)),
    )
    keyring.seal(today)  # an unwritable key file shows at the start, not in the middle of a run
    return keyring


def _fresh(randomness: Callable[[int], bytes], today: date) -> KeySet:
    return KeySet(
        master=randomness(KEY_BYTES),
        digest=randomness(KEY_BYTES),
        commitments={epoch_name(today): randomness(KEY_BYTES)},
    )


def _derived(given: str, randomness: Callable[[int], bytes], path: Path) -> Keyring:
    try:
        secret = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < KEY_BYTES:
        raise ConfigError(
            f"{KEY_VARIABLE} is not base64 of at least {KEY_BYTES} bytes",
            remedy="Set it to what `openssl rand -base64 32` printed when it was first made.",
        )

    def key(purpose: str) -> bytes:
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return derivation.derive(secret)

    commitments = hmac.new(key("blotter commitments"), digestmod=hashlib.sha256)
    return Keyring(
        KeySet(master=key("blotter master"), digest=key("blotter digest")),
        epoch_key=lambda epoch: bytes.fromhex(_continued(commitments, epoch.encode())),
        randomness=randomness,
        derives=True,
        destroyed=lambda: destroyed_keys(shreds_path(path)),
    )


def _wrap_label(context: str) -> bytes:
    return framed(b"blotter data key", context.encode())


def _split(text: bytes, *lengths: int) -> tuple[bytes, ...]:
    pieces, start = [], 0
    for length in lengths:
        pieces.append(text[start : start + length])
        start += length
    return (*pieces, text[start:])


def _hmac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, framed(*parts), "sha256")


def _continued(keyed: hmac.HMAC, *parts: bytes) -> str:
    """Return the HMAC of the framed parts in hex, without joining large parts in memory."""
    code = keyed.copy()
    for part in parts:
        code.update(len(part).to_bytes(8, "big"))
        code.update(part)
    return code.hexdigest()
