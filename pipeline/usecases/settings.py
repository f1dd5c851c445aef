"""Where everything lies: read once from the environment, passed to every use case.

Variables: ``BLOTTER_HOME`` (state; default ``var`` here), ``BLOTTER_AGENCIES`` (agency folders;
default ``sample_feeds``), ``BLOTTER_PUBLIC`` (default ``public``), ``BLOTTER_DATABASE_URL``,
``BLOTTER_VAULT`` (folder or fsspec URL), ``BLOTTER_KEY_FILE``, ``BLOTTER_POLICY``,
``BLOTTER_WORDS``, ``BLOTTER_SITE_URL``, ``BLOTTER_SITE_TITLE``, ``BLOTTER_SITE_AUTHOR``,
``BLOTTER_ZIPS``, ``BLOTTER_DESK_URL``, ``BLOTTER_FETCH_ALLOW``, ``BLOTTER_TRUSTED_PROXIES``,
``BLOTTER_RECOGNIZERS``, ``BLOTTER_REHEARSAL``, ``BLOTTER_BACKUP_ALARM_HOURS``;
of what is pushed ``BLOTTER_WEBSUB_HUBS``, ``BLOTTER_SMTP`` and its kin, ``BLOTTER_MAIL_FROM``,
``BLOTTER_SUBSCRIPTIONS_URL``.

This module must never create anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from pipeline.model import ConfigError

__all__ = ["SAMPLES", "MailSettings", "Settings", "load_settings", "present", "with_files"]

SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"
"""The invented agencies in a checkout: the only ones whose past can be rehearsed."""

_SITE_URL = "http://localhost:8000"

_DIGITS = 4
_NIGHT = timedelta(hours=30)

_SECRETS = {
    "BLOTTER_DATABASE_URL_FILE": "BLOTTER_DATABASE_URL",
    "BLOTTER_SMTP_PASSWORD_FILE": "BLOTTER_SMTP_PASSWORD",
    "BLOTTER_OIDC_SECRET_FILE": "BLOTTER_OIDC_SECRET",
    "BLOTTER_METRICS_TOKEN_FILE": "BLOTTER_METRICS_TOKEN",
}
"""Variables that name a file with a secret, and the variable that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The server that takes our mail. ``password`` is shown to nobody."""

    server: str = ""
    port: int = 587
    security: str = "starttls"
    """``starttls``, ``tls``, or ``none``, which is for a server on this machine only."""
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""


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
    desk_url: str = "http://127.0.0.1:8470"
    """The address under which editors open the desk."""

    fetch_allow: tuple[str, ...] = ()
    """Networks (CIDR) that are not public and from which feeds may be fetched all the same."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of proxies whose word on client certificates is taken."""
    recognizers: Path | None = None
    """The site's own recognizers; None when it has none."""

    zips: Path | None = None
    """A CSV of ZIP code centroids for the partner map; None when there is none."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that are told when a feed changed."""
    mail: MailSettings = MailSettings()
    """How mail is sent; without a server none is."""
    subscriptions_url: str = ""
    """Public address of the subscription service; empty where there is none."""
    alarms_to: str = ""
    """Who is mailed when something is wrong; empty for nobody."""
    backup_within: timedelta = _NIGHT
    """How long after a nightly backup the next has to be there; nothing where nobody minds."""
    rehearsal: datetime | None = None
    """The moment that counts as the present while the sample feeds are rehearsed."""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read settings; relative paths are taken from the current folder.

    Raises:
        ConfigError: a rehearsal is no moment, or of anything but the sample feeds; a network, or a
            number of hours, is none.
    """
    environ = with_files(environ)
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
        recognizers=_file(environ, "BLOTTER_RECOGNIZERS"),
        desk_url=environ.get("BLOTTER_DESK_URL") or "http://127.0.0.1:8470",
        fetch_allow=_networks(environ, "BLOTTER_FETCH_ALLOW"),
        trusted_proxies=_networks(environ, "BLOTTER_TRUSTED_PROXIES"),
        zips=_file(environ, "BLOTTER_ZIPS"),
        hubs=tuple(environ.get("BLOTTER_WEBSUB_HUBS", "").split()),
        mail=_mail(environ),
        subscriptions_url=environ.get("BLOTTER_SUBSCRIPTIONS_URL", "").rstrip("/"),
        alarms_to=environ.get("BLOTTER_ALARMS_TO", ""),
        backup_within=_hours(environ, "BLOTTER_BACKUP_ALARM_HOURS", _NIGHT),
        rehearsal=_rehearsal(environ),
    )


def with_files(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment with the secrets that lie in files; the file's last line end goes.

    Raises:
        ConfigError: a file cannot be read, or a secret is given in both ways.
    """
    found = dict(environ)
    for name, stands_for in _SECRETS.items():
        path = environ.get(name)
        if not path:
            continue
        if environ.get(stands_for):
            raise ConfigError(f"{stands_for} is given twice", remedy=f"Unset it, or {name}")
        try:
            found[stands_for] = Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(
                f"the file that {name} names cannot be read", remedy="Check path and permissions"
            ) from None
    return found


def present(settings: Settings, clock: datetime) -> datetime:
    """Return the present for whatever decides when something may go out."""
    return settings.rehearsal or clock


def _mail(environ: Mapping[str, str]) -> MailSettings:
    server, security = environ.get("BLOTTER_SMTP", ""), environ.get("BLOTTER_SMTP_SECURITY", "")
    host, _, port = server.partition(":")
    if security not in ("", "starttls", "tls", "none") or not (port or "25").isdecimal():
        raise ConfigError(
            "the mail server's settings cannot be read",
            remedy="BLOTTER_SMTP is HOST:PORT, BLOTTER_SMTP_SECURITY starttls, tls or none",
        )
    if security == "none" and host not in ("localhost", "127.0.0.1", "::1", ""):
        raise ConfigError(
            "mail to another machine is not sent in the clear",
            remedy="Set BLOTTER_SMTP_SECURITY to starttls or tls",
        )
    return MailSettings(
        server=host,
        port=int(port or 587),
        security=security or "starttls",
        user=environ.get("BLOTTER_SMTP_USER", ""),
        password=environ.get("BLOTTER_SMTP_PASSWORD", ""),
        sender=environ.get("BLOTTER_MAIL_FROM", ""),
    )


def _hours(environ: Mapping[str, str], name: str, otherwise: timedelta) -> timedelta:
    text = environ.get(name, "")
    if not text:
        return otherwise
    if not text.isdecimal() or not text.isascii() or len(text) > _DIGITS:
        raise ConfigError(
            f"{name} is no number of hours", remedy="Write a whole number, such as 30"
        )
    return timedelta(hours=int(text))


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


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return networks named in a variable, separated by commas."""
    found = []
    for text in environ.get(name, "").split(","):
        try:
            if text.strip():
                found.append(str(ip_network(text.strip())))
        except ValueError:
            raise ConfigError(
                f"{name} holds something that is no network",
                remedy="Write networks such as 10.20.0.0/16, separated by commas",
            ) from None
    return tuple(found)


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
