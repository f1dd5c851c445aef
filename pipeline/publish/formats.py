"""Every format of public file, and the scopes that feeds are written for.

``FEEDS`` hold one file a scope (everything, an area, a category, an agency), ``MESSAGES`` one file
an alert. A new format is a module with ``PATHS`` and ``render`` and one line here; what the folder
holds of it is removed by its name when it is no longer rendered. Nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Area, Category
from pipeline.publish import atom, cap, detail, geojson, json_feed, rss, sheet
from pipeline.publish.channel import EVERYTHING, Format, Scope

__all__ = ["FEEDS", "FORMATS", "MESSAGES", "agency_scope", "area_scope", "category_scope", "globs"]

FEEDS: Mapping[str, Format] = {
    "geojson": geojson,
    "atom": atom,
    "rss": rss,
    "json_feed": json_feed,
    "sheet": sheet,
}

MESSAGES: Mapping[str, Format] = {
    "cap": cap,
    "detail": detail,
}

FORMATS: Mapping[str, Format] = {**FEEDS, **MESSAGES}

_FOLDERS = ("", "area/*/*/", "category/*/", "agency/*/")


def area_scope(agency_id: str, area: Area) -> Scope:
    """Return the scope of one area, complete up to 500 alerts; ids are the agency's own."""
    return Scope(folder=f"area/{agency_id}/{area.area_id}", name=area.name, limit=500)


def category_scope(category: Category, label: str) -> Scope:
    """Return the scope of one category."""
    return Scope(folder=f"category/{category.value}", name=label, limit=100)


def agency_scope(agency_id: str, agency_name: str) -> Scope:
    """Return the scope of one agency."""
    return Scope(folder=f"agency/{agency_id}", name=agency_name, limit=100)


def globs(form: Format) -> tuple[str, ...]:
    """Return globs over every file that this format alone owns, compressed ones among them."""
    if form in MESSAGES.values():
        return (form.PATHS,)
    return tuple(f"{folder}{form.PATHS}{end}" for folder in _FOLDERS for end in ("", ".gz"))


assert EVERYTHING.folder == ""  # noqa: S101 - its files are named by PATHS alone
