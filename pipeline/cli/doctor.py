"""Examines an installation: what works, what is missing, the one thing to do about it.

In: the settings. Out: one check per thing a run needs. It must never mend anything, print a secret,
or open a payload; ``show_health`` prints what comes out.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from pipeline.model import BlotterError, ConfigError, Refused
from pipeline.usecases.budget import pauses
from pipeline.usecases.catalog import check_folder
from pipeline.usecases.requests import requests_list
from pipeline.usecases.resources import (
    current_policy,
    detector_for,
    open_resources,
    site_words_of,
)
from pipeline.usecases.reveal import reveals
from pipeline.usecases.settings import Settings
from pipeline.usecases.witnessing import read_witnesses

__all__ = ["Check", "examine"]


_MOST_REFUSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One examined thing. ``state`` is ok, optional (missing, not needed) or wrong."""

    what: str
    state: str
    remedy: str = ""


def examine(settings: Settings, *, now: datetime) -> tuple[Check, ...]:
    """Examine everything a run needs; changes nothing but a key file's first creation."""
    findings = [_python(), *_modules()]
    findings.append(_try("publication policy", lambda: current_policy(settings)))
    findings.append(_try("site's words", lambda: _words(settings)))
    findings.append(_try("own recognizers", lambda: _recognizers(settings)))
    findings += _agencies(settings)
    findings += [_writable("state folder", settings.home), _writable("public", settings.public)]
    findings.append(_try("database, keys and vault", lambda: _open(settings, now)))
    findings.append(_try("leak budget", lambda: _budget(settings)))
    findings.append(_try("requests and reveals", lambda: _overdue(settings, now)))
    findings.append(_try("witnesses", lambda: read_witnesses(settings)))
    findings.append(_postgresql())
    return tuple(findings)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check(what=f"Python {version}", state="ok")
    return Check(what=f"Python {version}", state="wrong", remedy="Use Python 3.11 to 3.13")


def _modules() -> list[Check]:
    wanted = ("airflow", "lxml", "pandas", "presidio_analyzer", "presidio_anonymizer")
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        return [Check(what=", ".join(missing), state="wrong", remedy="Run make setup")]
    return [Check(what="Python packages", state="ok")]


def _try(what: str, action: Callable[[], object]) -> Check:
    try:
        action()
    except BlotterError as error:
        return Check(what=what, state="wrong", remedy=str(error))
    return Check(what=what, state="ok")


def _words(settings: Settings) -> None:
    refused = site_words_of(settings).refused
    if refused:
        told = "; ".join(f"line {each.line}: {each.why}" for each in refused[:_MOST_REFUSED])
        raise ConfigError(f"{len(refused)} line(s) do not count", remedy=told)


def _recognizers(settings: Settings) -> None:
    if settings.recognizers is not None:
        detector_for(settings.policy, settings.recognizers)


def _open(settings: Settings, now: datetime) -> None:
    with open_resources(settings, now=now) as resources:
        probe = resources.vault.put(b"probe", context="doctor")
        resources.vault.get(probe.ref, probe.wrapped_key, context="doctor")
        resources.vault.shred(probe.ref)


def _budget(settings: Settings) -> None:
    found = pauses(settings)
    if found:
        raise Refused("; ".join(map(str, found)))


def _overdue(settings: Settings, now: datetime) -> None:
    late = len(requests_list(settings, now=now, overdue=True))
    if late:
        raise Refused(f"{late} request(s) overdue; `blotter request list --overdue` names them")
    unseen = len(reveals(settings, now=now, overdue=True))
    if unseen:
        raise Refused(f"{unseen} reveal(s) nobody reviewed; see `blotter reveal list --overdue`")


def _agencies(settings: Settings) -> list[Check]:
    try:
        catalog = check_folder(settings, None)
    except BlotterError as error:
        return [Check(what="agencies", state="wrong", remedy=str(error))]
    found = [Check(what="agency", state="wrong", remedy=str(e)) for e in catalog.errors]
    number = len(catalog.agencies)
    state = "ok" if number else "wrong"
    remedy = "" if number else "Put agency folders there, or set BLOTTER_AGENCIES"
    return [Check(what=f"{number} agencies load", state=state, remedy=remedy), *found]


def _writable(what: str, folder: Path) -> Check:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and _may_write(nearest):
        return Check(what=f"{what} {folder}", state="ok")
    return Check(what=f"{what} {folder}", state="wrong", remedy=f"Make {nearest} writable")


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _postgresql() -> Check:
    what, places = "PostgreSQL to test on", Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if shutil.which("initdb") or any(places):
        return Check(what=what, state="ok")
    remedy = "apt-get install postgresql; SQLite needs nothing"
    return Check(what=what, state="optional", remedy=remedy)
