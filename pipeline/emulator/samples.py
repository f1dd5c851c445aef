"""Writes the sample feeds: ``python -m pipeline.emulator.samples --out sample_feeds``.

Out: per agency ``payloads/*``, ``areas.geojson`` and, for some, addresses; and one ``people.yml``;
the same bytes every time. ``agency.yml`` and ``agreement.md`` are written by hand and never
touched. A payload that the stories no longer bring is removed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.emulator import render_chp, render_json, render_niem, render_table, render_tyler
from pipeline.emulator.addresses import addresses_csv, streets_geojson
from pipeline.emulator.calls import Call, assign
from pipeline.emulator.canaries import people_yml
from pipeline.emulator.casts import cast_ids, load_cast
from pipeline.emulator.faults import faulty_payloads
from pipeline.emulator.story import Cast
from pipeline.emulator.town import areas_geojson

__all__ = ["RENDERERS", "SEED", "good_payloads", "main", "sample_files"]

SEED = "2026-03"

Renderer = Callable[[Cast, Sequence[Call]], dict[str, bytes]]

RENDERERS: Mapping[str, Renderer] = {
    "cedar-hollow-fire": render_niem.payloads,
    "juniper-falls-pd": render_tyler.payloads,
    "larkspur-county-fire": render_json.arcgis_payloads,
    "millbrook-pd": render_table.town_payloads,
    "port-amity-pd": render_json.socrata_payloads,
    "redwood-highway-patrol": render_chp.payloads,
    "san-tomas-ems": render_table.unit_payloads,
}
"""Agency id -> the dialect it speaks."""

_WITH_ADDRESSES = frozenset({"larkspur-county-fire"})
"""Agencies that give the files in which an address is looked up."""

_ENCODINGS = {"millbrook-pd": "cp1252"}


def good_payloads(cast: Cast, seed: str = SEED) -> dict[str, bytes]:
    """Return an agency's readable payloads, file name -> bytes."""
    return RENDERERS[cast.agency_id](cast, assign(cast, seed))


def sample_files(seed: str = SEED) -> dict[str, bytes]:
    """Return all generated files, path below the sample folder -> bytes."""
    files: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    casts = [load_cast(agency_id) for agency_id in cast_ids()]
    for cast in casts:
        good = good_payloads(cast, seed)
        encoding = _ENCODINGS.get(cast.agency_id, "utf-8")
        texts[cast.agency_id] = "\n".join(body.decode(encoding) for body in good.values())
        for name, body in {**good, **faulty_payloads(cast.agency_id, good)}.items():
            files[f"{cast.agency_id}/payloads/{name}"] = body
        files[f"{cast.agency_id}/areas.geojson"] = areas_geojson(cast.town, seed)
        if cast.agency_id in _WITH_ADDRESSES:
            files[f"{cast.agency_id}/addresses.csv"] = addresses_csv(cast, seed)
            files[f"{cast.agency_id}/streets.geojson"] = streets_geojson(cast, seed)
    files["people.yml"] = people_yml(casts, texts)
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sample feeds into a folder and return 0."""
    parser = argparse.ArgumentParser(description="Write the invented sample feeds.")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the agencies")
    out: Path = parser.parse_args(arguments).out
    files = sample_files()
    for name, body in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    for agency_id in cast_ids():
        for path in sorted((out / agency_id / "payloads").iterdir()):
            if path.relative_to(out).as_posix() not in files:
                path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
