"""Plans invented agencies and writes their folders, each over one real transport.

In: how many, a seed, an address, a folder. Out: folders that Blotter reads like any other, and the
truth: which agency shows which stories, what is private in them, which habit it has. Writes into
the folder it is given and nowhere else.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from pipeline.emulator.calls import assign
from pipeline.emulator.casts import cast_ids, load_cast
from pipeline.emulator.live.shows import Habit, habit_of
from pipeline.emulator.render_feed import (
    FEED_FORMAT,
    MAIL_FORMAT,
    atom_payloads,
    mailed_payloads,
)
from pipeline.emulator.samples import good_payloads
from pipeline.emulator.town import fraction

__all__ = ["MAIL_SENDER", "Planned", "plan", "truth_of", "write_folders"]

_RESOURCE = "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f"
_WAYS: Mapping[str, Sequence[str]] = {
    "cedar-hollow-fire": ("push", "web"),
    "juniper-falls-pd": ("push", "folder", "sftp"),
    "larkspur-county-fire": ("arcgis", "web"),
    "millbrook-pd": ("web", "atom", "mail", "folder"),
    "port-amity-pd": ("socrata", "ckan", "push"),
    "redwood-highway-patrol": ("web",),
    "san-tomas-ems": ("web", "sftp"),
}
"""Sample agency -> the ways its payloads are served, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One invented agency. ``pages`` are its good payloads, oldest first, with file names."""

    agency_id: str
    cast_id: str
    way: str
    habit: Habit
    pages: tuple[tuple[str, bytes], ...] = field(repr=False)
    phase: float = 0.0
    """How far its first page is gone at the beginning, 0 to 1: not all turn at one moment."""

    def since(self, seconds: float, rate: float) -> float:
        """Return seconds since its first page began, where ``rate`` pages come in a minute."""
        return seconds + self.phase * 60 / rate


def plan(agencies: int, seed: str) -> tuple[Planned, ...]:
    """Return so many agencies: the same for a seed."""
    casts = cast_ids()
    found = []
    for number in range(agencies):
        cast_id = casts[number % len(casts)]
        agency_id = f"{cast_id}-{number + 1:03d}"
        turn = number // len(casts)
        way = _WAYS[cast_id][turn % len(_WAYS[cast_id])]
        found.append(
            Planned(
                agency_id=agency_id,
                cast_id=cast_id,
                way=way,
                habit=habit_of(agency_id, seed),
                pages=_pages(cast_id, way, f"{seed}-{turn % 8}"),
                phase=fraction(seed, "phase", agency_id),
            )
        )
    return tuple(found)


def write_folders(
    planned: Sequence[Planned],
    samples: Path,
    out: Path,
    *,
    urls: Mapping[str, str],
    sftp: tuple[int, str],
    imap: int = 993,
) -> None:
    """Write one agency folder each below ``out``.

    ``urls`` are the web servers' addresses by agency, ``sftp`` is port and lines of known hosts,
    ``imap`` the port of the mail server.
    """
    for one in planned:
        folder = out / one.agency_id
        source = samples / one.cast_id
        folder.mkdir(parents=True, exist_ok=True)
        for path in source.iterdir():
            if path.is_file() and path.name != "agency.yml":
                shutil.copyfile(path, folder / path.name)
        document = yaml.safe_load((source / "agency.yml").read_text("utf-8"))
        if one.way in _FORMATS:
            document = {k: v for k, v in document.items() if k not in _OF_FORMAT}
            document |= _FORMATS[one.way]
            more = ["point", *document["agreement"]["fields"]]
            document["agreement"] = {**document["agreement"], "fields": more}
        document |= {
            "id": one.agency_id,
            "transport": _transport(one, urls[one.agency_id], sftp[0], imap),
        }
        document["schedule"] = {"every": 10, "reason": "An emulated feed moves fast."}
        if one.way == "ckan":
            document["format"] = {**document.get("format", {}), "records": "result.records"}
        if one.way == "folder":
            (folder / "drop").mkdir(exist_ok=True)
        if one.way == "sftp":
            (folder / "known_hosts").write_text(sftp[1])
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        (folder / "agency.yml").write_text(text, "utf-8")


def truth_of(planned: Sequence[Planned]) -> str:
    """Return what is true of every agency, as JSON: stories, categories, areas, private spans."""
    casts = {}
    for cast_id in sorted({one.cast_id for one in planned}):
        stories = load_cast(cast_id).stories
        casts[cast_id] = [
            {
                "story": story.story_id,
                "call_type": story.call_type,
                "area": story.place.area_id,
                "category": story.truth.category.value if story.truth.category else None,
                "marks": sorted(mark.value for mark in story.truth.marks),
                "lines": [
                    {
                        "text": line.text,
                        "private": [
                            [span.start, span.end, span.entity.value] for span in line.spans
                        ],
                    }
                    for line in story.lines
                ],
            }
            for story in stories
        ]
    agencies = [
        {"id": one.agency_id, "cast": one.cast_id, "way": one.way, "habit": one.habit.value}
        for one in planned
    ]
    return json.dumps({"agencies": agencies, "stories": casts}, indent=1, ensure_ascii=False) + "\n"


_FORMATS: Mapping[str, Mapping[str, object]] = {"atom": FEED_FORMAT, "mail": MAIL_FORMAT}
"""Ways that carry a format of their own, whatever the sample agency speaks."""

_OF_FORMAT = frozenset(
    {"format", "key", "fields", "remarks", "people", "private_values", "ignored_fields"}
)
MAIL_SENDER = "cad@emulated.example"
"""Who mails the pages of every emulated agency."""


@lru_cache(maxsize=64)
def _pages(cast_id: str, way: str, seed: str) -> tuple[tuple[str, bytes], ...]:
    cast = load_cast(cast_id)
    render = {"atom": atom_payloads, "mail": mailed_payloads}.get(way)
    files = good_payloads(cast, seed) if render is None else render(cast, assign(cast, seed))
    return tuple(sorted(files.items()))


def _transport(one: Planned, url: str, port: int, imap: int) -> dict[str, object]:
    at = f"{url}/{one.agency_id}"
    ways: Mapping[str, dict[str, object]] = {
        "push": {"kind": "push", "per_minute": 600},
        "web": {"kind": "web", "url": f"{at}/feed"},
        "atom": {"kind": "atom", "url": f"{at}/feed"},
        "mail": {
            "kind": "mail",
            "host": "localhost",
            "port": imap,
            "mailbox": one.agency_id,
            "senders": [MAIL_SENDER],
            "connection": "emulator",
        },
        "folder": {"kind": "folder", "path": "drop", "pattern": "*"},
        "sftp": {
            "kind": "sftp",
            "host": urlsplit(url).hostname or "",
            "port": port,
            "path": f"/{one.agency_id}",
            "pattern": "*",
            "known_hosts": "known_hosts",
            "connection": "emulator",
        },
        "arcgis": {"kind": "arcgis", "layer": f"{at}/FeatureServer/0"},
        "socrata": {
            "kind": "socrata",
            "site": url,
            "dataset": f"emul-{one.agency_id.rpartition('-')[2].zfill(4)}",
            "time_field": "call_last_updated_at",
            "window_hours": 8_784,
        },
        "ckan": {"kind": "ckan", "site": url, "resource": _RESOURCE[:-3] + one.agency_id[-3:]},
    }
    return ways[one.way]
