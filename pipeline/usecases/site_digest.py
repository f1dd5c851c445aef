"""Remembers of what the standing pages in the public folder were made.

In go the whole and the day, out comes a digest that changes when a page could; it lies in the
folder itself, so that another folder is written anew. It must never hold what pages do not.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pipeline.adapters.durable import replace_file
from pipeline.model import StoreFailure
from pipeline.site import api
from pipeline.site.facts import Whole
from pipeline.usecases.partners import files_stamp
from pipeline.usecases.settings import Settings

__all__ = ["digest_of", "remember", "remembered"]

_MARK = ".blotter-site"
"""Holds the digest of what was rendered last of all that no alert changes."""


def remember(settings: Settings, digest: str) -> None:
    """Remember that the folder holds what no alert changes.

    Raises:
        StoreFailure: the folder cannot be written.
    """
    try:
        replace_file(settings.public / _MARK, digest.encode())
    except OSError as error:
        raise StoreFailure(f"cannot write the public folder: {error.strerror}") from None


def remembered(settings: Settings) -> str:
    """Return the digest the folder was written with, empty before."""
    mark = settings.public / _MARK
    return mark.read_text("ascii", "replace") if mark.is_file() else ""


def digest_of(whole: Whole, settings: Settings, now: datetime) -> str:
    """Digest all that standing pages are made of: facts, the hour, this program, the ZIP codes.

    The hour stands for the days of the last feeds: hundreds of agencies send their first call of a
    day in as many different minutes, and no page is worth rendering all of them for that.
    """
    bare = replace(whole, policies=(), partners={})
    seen = hashlib.sha256(repr((bare, [each.version for each in whole.policies])).encode())
    partners = {name: replace(each, last_feed=None) for name, each in whole.partners.items()}
    seen.update(repr(sorted(partners.items())).encode())
    at = now.astimezone(UTC)
    seen.update(f"{files_stamp(settings.agencies, whole.policy, at.date())} {_program()}".encode())
    seen.update(f"{at.date()} {at.hour}".encode())
    if settings.zips is not None and settings.zips.is_file():
        seen.update(str(settings.zips.stat().st_mtime_ns).encode())
    return seen.hexdigest()


@cache
def _program() -> str:
    """Digest templates, catalogs, parts and code of the site."""
    seen = hashlib.sha256()
    folder = Path(api.__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            seen.update(path.read_bytes())
    return seen.hexdigest()
