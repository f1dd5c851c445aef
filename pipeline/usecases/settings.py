"""Where everything lies: read once from the environment, passed to every use case.

Variables: ``BLOTTER_HOME`` (state; default ``var`` here), ``BLOTTER_AGENCIES`` (agency folders;
default ``sample_feeds``), ``BLOTTER_PUBLIC`` (default ``public``), ``BLOTTER_DATABASE_URL``,
``BLOTTER_VAULT`` (folder or fsspec URL), ``BLOTTER_KEY_FILE``, ``BLOTTER_POLICY``,
``BLOTTER_WORDS``, ``BLOTTER_SITE_URL``, ``BLOTTER_SITE_TITLE``, ``BLOTTER_SITE_AUTHOR``,
``BLOTTER_REHEARSAL``.

This module must never create anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.model import ConfigError

__all__ = ["SAMPLES", "Settings", "load_settings", "present"]

SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"
"""The invented agencies in a checkout: the only ones whose past can be rehearsed."""

_SITE_URL = "http://localhost:8000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Places and names a use case needs. ``policy`` is empty for the newest one shipped."""

    home: Path
    agencies: Path
    public: Path
    database_url: str
    vault: str
    key_file: Path
    policy: str
    site_title: str
    site_url: str
    site_author: str
    log: Path
    log_key: Path
    log_origin: str
    witnesses: Path | None = None
    """A file of witnesses that cosign the log; None when it has none."""

    words: Path | None = None
    """The site's own words; None when it has none."""
    rehearsal: datetime | None = None
    """The moment that counts as the present while the sample feeds are rehearsed."""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read settings; relative paths are taken from the current folder.

    Raises:
        ConfigError: a rehearsal is no moment, or of anything but the sample feeds.
    """
    home = Path(environ.get("BLOTTER_HOME") or "var").absolute()
    return Settings(
        home=home,
        agencies=Path(environ.get("BLOTTER_AGENCIES") or "sample_feeds").absolute(),
        public=Path(environ.get("BLOTTER_PUBLIC") or "public").absolute(),
        database_url=_database(
            environ.get("BLOTTER_DATABASE_URL") or f"sqlite:///{home / 'blotter.db'}"
        ),
        vault=_place(environ.get("BLOTTER_VAULT") or str(home / "vault")),
        key_file=Path(environ.get("BLOTTER_KEY_FILE") or home / "keys" / "keyring.json").absolute(),
        policy=_policy(environ.get("BLOTTER_POLICY", "")),
        site_title=environ.get("BLOTTER_SITE_TITLE") or "Neighborhood alerts",
        site_url=environ.get("BLOTTER_SITE_URL") or _SITE_URL,
        site_author=environ.get("BLOTTER_SITE_AUTHOR") or "Blotter",
        log=Path(environ.get("BLOTTER_LOG") or home / "log").absolute(),
        log_key=Path(environ.get("BLOTTER_LOG_KEY") or home / "keys" / "log.json").absolute(),
        log_origin=environ.get("BLOTTER_LOG_ORIGIN") or _origin(environ),
        witnesses=_file(environ, "BLOTTER_WITNESSES"),
        words=_file(environ, "BLOTTER_WORDS"),
        rehearsal=_rehearsal(environ),
    )


def present(settings: Settings, clock: datetime) -> datetime:
    """Return the present for whatever decides when something may go out."""
    return settings.rehearsal or clock


def _rehearsal(environ: Mapping[str, str]) -> datetime | None:
    """Return the rehearsed moment; the calls of real people have no other present than now."""
    text = environ.get("BLOTTER_REHEARSAL", "")
    if not text:
        return None
    agencies = Path(environ.get("BLOTTER_AGENCIES") or "sample_feeds").resolve()
    if agencies != SAMPLES:
        raise ConfigError(
            "BLOTTER_REHEARSAL is for the sample feeds only",
            remedy="Unset it, or point BLOTTER_AGENCIES to the sample_feeds of the checkout",
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigError(
            "BLOTTER_REHEARSAL is no moment", remedy="Write it like 2026-03-03T16:00:00Z"
        )
    return moment.astimezone(UTC)


def _place(text: str) -> str:
    """Return a folder as an absolute path; a URL of a remote store stays as it is."""
    return text if "://" in text else str(Path(text).absolute())


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).absolute() if environ.get(name) else None


def _origin(environ: Mapping[str, str]) -> str:
    """Return the log's name: the site's address without its scheme, and ``/log``."""
    site = environ.get("BLOTTER_SITE_URL") or _SITE_URL
    return f"{site.partition('://')[2].rstrip('/') or 'blotter'}/log"


def _policy(text: str) -> str:
    return str(Path(text).absolute()) if text.endswith(".yml") else text


def _database(url: str) -> str:
    """Return the URL with a SQLite file's path made absolute: tasks run in other folders."""
    kind, _, path = url.partition(":///")
    return f"{kind}:///{Path(path).absolute()}" if kind == "sqlite" and path else url
