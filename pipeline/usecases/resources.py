"""Opening what a use case works with: database, vault, keys.

Opened per call and closed with it, so that no task or command holds a connection it does not use.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from os import environ
from pathlib import Path

from upath import UPath

from pipeline.adapters.detection import dispatch_detector
from pipeline.adapters.keyring import CommitmentKeys, Keyring, open_keyring
from pipeline.adapters.log_folder import read_checkpoint
from pipeline.adapters.store import Store, open_store
from pipeline.adapters.store.installation import sealing_key, set_sealing_key
from pipeline.adapters.vault import Vault
from pipeline.classify import signals_version
from pipeline.model import ConfigError, ModelVersion, Policy, Seal, StoreFailure
from pipeline.policies import load_policy
from pipeline.publish import Site
from pipeline.redact import Detector
from pipeline.redact.site_words import SiteWords, read_site_words
from pipeline.redact.vocabulary import add_site_words
from pipeline.usecases.settings import Settings

__all__ = [
    "Resources",
    "current_policy",
    "detector_for",
    "migrate",
    "model_version",
    "open_database",
    "open_resources",
    "site_of",
    "site_words_of",
    "use_site_words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """The outside world of one use case."""

    store: Store
    vault: Vault
    seal: Seal
    commitments: CommitmentKeys


@contextmanager
def open_database(settings: Settings) -> Iterator[Store]:
    """Open the database alone: for what needs neither keys nor vault.

    Raises:
        StoreFailure: database unreachable or not migrated.
    """
    store = open_store(settings.database_url)
    try:
        store.require_current()
        yield store
    finally:
        store.close()


@contextmanager
def open_resources(
    settings: Settings, *, now: datetime, variables: Mapping[str, str] = environ
) -> Iterator[Resources]:
    """Open database, keys and vault; close them at the end.

    Raises:
        ConfigError: key file missing, unreadable or open to others.
        StoreFailure: database unreachable or not migrated.
        VaultFailure: vault folder unusable.
    """
    with open_database(settings) as store:
        with store.read() as tx:
            sealed_by = sealing_key(tx)
        keyring = open_keyring(
            settings.key_file, variables, may_create=not sealed_by, today=now.date()
        )
        _check_key(store, keyring, sealed_by, settings, now)
        vault = Vault(_vault_root(settings), keyring, secrets.token_bytes)
        yield Resources(
            store=store, vault=vault, seal=keyring.seal(now.date()), commitments=keyring
        )


def _vault_root(settings: Settings) -> UPath:
    try:
        return UPath(settings.vault)
    except (ValueError, ImportError):
        raise ConfigError(
            "BLOTTER_VAULT names a kind of storage this program does not know",
            remedy="Give a folder, or the URL of a storage whose fsspec package is installed",
        ) from None


def _check_key(
    store: Store, keyring: Keyring, sealed_by: str, settings: Settings, now: datetime
) -> None:
    if not sealed_by:
        with store.write() as tx:
            sealed_by = sealing_key(tx)
            if not sealed_by:
                set_sealing_key(tx, keyring.key_id, now)
                return
    if sealed_by != keyring.key_id:
        raise ConfigError(
            f"this is key {keyring.key_id}, the database was sealed with key {sealed_by}",
            remedy="Restore the key file that belongs to this database",
            path=settings.key_file,
        )


def migrate(settings: Settings) -> tuple[str, str]:
    """Bring the database to the newest version; return the versions before and after.

    Raises:
        StoreFailure: it cannot be used; or it is empty, and the log's folder says that it was not:
            a line that began anew on it would not know what it told the public.
    """
    store = open_store(settings.database_url)
    try:
        if not store.version() and read_checkpoint(settings.log) is not None:
            raise StoreFailure(
                f"the database is empty, and {settings.log} is the signed log of another: is its "
                "disk mounted, its address right? Then restore the backup; to begin anew, move "
                "log and vault away first"
            )
        return store.migrate()
    finally:
        store.close()


def site_of(settings: Settings) -> Site:
    """Return how the public site names itself."""
    return Site(
        title=settings.site_title,
        base_url=settings.site_url,
        author=settings.site_author,
        hubs=settings.hubs,
    )


def current_policy(settings: Settings) -> Policy:
    """Return the policy in force."""
    return load_policy(settings.policy or None)


def model_version(detector: Detector) -> ModelVersion:
    """Return the version of everything that judges text: detectors and sensitivity signals."""
    return ModelVersion(f"{detector.version};signals-{signals_version()}")


def site_words_of(settings: Settings) -> SiteWords:
    """Read the site's own words, refused lines among them; no file, no words.

    Raises:
        ConfigError: the file is named but cannot be read as UTF-8 text.
    """
    if settings.words is None:
        return SiteWords(words=frozenset(), refused=())
    try:
        text = settings.words.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "the site's list of words cannot be read", remedy="Check BLOTTER_WORDS."
        ) from None
    return read_site_words(text)


def use_site_words(settings: Settings) -> None:
    """Let the site's words count in this process; refused lines are told by ``blotter doctor``."""
    add_site_words(site_words_of(settings).words)


@cache
def detector_for(policy: str, recognizers: Path | None) -> Detector:
    """Return the detector for ``Settings.policy`` and ``Settings.recognizers``.

    Built once per process: it takes a second, and a changed file counts from the next start.
    """
    return dispatch_detector(load_policy(policy or None), recognizers)
