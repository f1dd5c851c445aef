"""Lands two invented payloads once; agencies named for a fault show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.model import ConfigError, Sensitive, StoreFailure
from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class PullReport:
    landed: tuple[str, ...]
    per_agency: Mapping[str, int]
    failures: Mapping[str, str] = field(default_factory=dict)


def pull_agencies(
    settings: Settings,
    *,
    run_id: str,
    now: datetime,
    only: Sequence[str] | None = None,
    since: datetime | None = None,
    connections: Callable[[str], object],
) -> PullReport:
    assert now.tzinfo is not None
    assert connections("no-such-connection") is None
    settings.note("pull", run_id=run_id, only=list(only) if only else None)
    fail(settings.goes_wrong() or (only or [""])[0])
    if (settings.home / "landed").exists():
        broken = {} if only else {"silent-creek-fd": "unreachable"}
        return PullReport((), {"juniper-falls-pd": 0}, broken)
    (settings.home / "landed").touch()
    return PullReport(("aa", "bb"), {"juniper-falls-pd": 2, "silent-creek-fd": 0})


def fail(how: str) -> None:
    """Fail the way the word says; the caller's words are in a message and in local variables."""
    narrative = "ylrevaw dlogiram rellac"[::-1]
    private = Sensitive(narrative)
    if how == "loud-library":
        raise ValueError(f"cannot parse {narrative!r}")
    if how == "wrong-file":
        raise ConfigError("agency.yml lacks its timezone", remedy="Add it")
    if how == "locked-store":
        raise StoreFailure("the database is locked; try again")
    assert private
