"""Writes a new agency's folder: on the dialect that reads the sample, else on its own.

In: what was inferred, and a scratch folder. Out: files in it. Every form is tried on the very
sample before it is chosen; a schema that would refuse the sample is left out.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.agencies.agency import CanonicalField, FormatKind
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.json import parse
from pipeline.feeds.json_lines import object_lines
from pipeline.feeds.payload import decode
from pipeline.feeds.xml import parsed
from pipeline.marked_yaml import read_source
from pipeline.model import ConfigError, Incident, PayloadRefused
from pipeline.onboarding import (
    Inferred,
    Sample,
    TypeChoice,
    Who,
    agency_yml,
    areas_stub,
    json_schema,
    of_dialect,
    whole_path,
    xsd,
)
from pipeline.usecases.dry_run import incidents_of

__all__ = [
    "Draft",
    "best_dialect",
    "call_types",
    "dialect_reads",
    "draft_agency",
    "payload_names",
    "type_names",
    "write_draft",
]

_FITS = 0.8  # share of records a dialect must read
_HALF = 0.5  # share that is enough where the sample's own mapping reads no more
_MORE = 1.5  # kinds of facts, in the mean, by which an own mapping is preferred to a dialect's
_VARIED = 0.5  # share of calls with a type of their own, from which a type is a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What goes into an agency's folder."""

    folder: Path
    who: Who
    sample: Sample
    found: Inferred
    types: tuple[TypeChoice, ...]


def payload_names(paths: Sequence[Path], samples: Sequence[Sample]) -> list[tuple[str, bytes]]:
    """Return names under which samples lie in the folder: file names may hold private text."""
    return [
        (f"sample-{number}{sample.suffix}", sample.body)
        for number, (_, sample) in enumerate(zip(paths, samples, strict=True), start=1)
    ]


def best_dialect(draft: Draft, payloads: Sequence[tuple[str, bytes]]) -> tuple[str, str]:
    """Return the dialect that reads the sample best, else ``own`` and one that tells places, too.

    It reads most of the records, or half of them where the sample's own mapping reads no more: then
    the others are no calls yet, such as one that has no type so far. One whose call types differ
    from call to call, where a column of the sample has fewer, reads a title that says more than a
    type, unless the form has no titles; the sample is mapped on its own then. So it is where that
    tells more of a call: a common form may keep what counts in elements of its own. A dialect that
    is passed over so, and says where calls are where the own mapping does not, is named second;
    else that is empty.
    """
    names = sorted(path.parent.name for path in schemas_folder().glob("*/dialect.yml"))
    read = {name: _reads(draft, name, payloads) for name in names}
    if all(each.share < _HALF for each in read.values()):
        return "own", ""
    own = _reads(draft, "own", payloads)
    enough = _FITS
    if any(_HALF <= each.share < _FITS for each in read.values()):
        enough = min(_FITS, max(_HALF, own.share))
    fitting = [
        (each.share, name)
        for name, each in read.items()
        if each.share >= enough
        and (each.variety <= _VARIED or each.variety * 0.7 <= _variety(draft) or each.joined)
        and (own.share < each.share or own.told < each.told + _MORE)
    ]
    if fitting:
        return max(fitting)[1], ""
    placing = [(r.told, name) for name, r in read.items() if r.share >= enough and r.told]
    return "own", max(placing)[1] if placing and not own.told else ""


def write_draft(
    draft: Draft, dialect: str, payloads: Sequence[tuple[str, bytes]], key: Sequence[str]
) -> None:
    """Write the folder on a dialect, or on its own mapping with an inferred schema."""
    _write(draft, dialect, payloads, schema=_schema(draft, payloads) if dialect == "own" else b"")
    if key and dialect == "own":
        path = draft.folder / "agency.yml"
        lines = path.read_text().splitlines()
        lines = [f"key: [{', '.join(key)}]" if x.startswith("key:") else x for x in lines]
        path.write_text("\n".join(lines) + "\n")


def draft_agency(draft: Draft, dialect: str) -> Agency:
    """Return the agency as a draft without call types has it; the folder is written anew."""
    _write(draft, dialect, (), schema=b"")
    return load_agency(draft.folder, dialects=schemas_folder())


def dialect_reads(
    draft: Draft, dialect: str, payloads: Sequence[tuple[str, bytes]]
) -> tuple[Inferred, Counter[str]]:
    """Return what a dialect maps, and the call types it reads in the sample, with their calls."""
    agency = draft_agency(draft, dialect)
    counts: Counter[str] = Counter()
    for _, body in payloads:
        for incident in incidents_of(agency, read_payload(body, agency), now=_LATE):
            counts.update(code.expose() for code in incident.call_types)
    return of_dialect(agency), counts


@dataclass(frozen=True, slots=True)
class _Read:
    """What a mapping makes of the payloads.

    ``share`` is that of records which become incidents, ``variety`` the number of call types, or of
    pairs where calls have two, to that of incidents, or to six where they are fewer, and ``told``
    the mean number of kinds of facts an incident has, 0 to 6. ``joined`` is said of a form whose
    parts only its dialect joins.
    """

    share: float
    variety: float
    told: float
    joined: bool = False


def _reads(draft: Draft, dialect: str, payloads: Sequence[tuple[str, bytes]]) -> _Read:
    _write(draft, dialect, (), schema=b"")
    records, types, good, told = 0, set[frozenset[str]](), 0, 0
    try:
        agency = load_agency(draft.folder, dialects=schemas_folder())
        for _, body in payloads:
            reading = read_payload(body, agency)
            records += len(reading.records)
            for incident in incidents_of(agency, reading, now=_LATE):
                good += 1
                told += _facts(incident)
                types.add(frozenset(code.expose() for code in incident.call_types))
    except (ConfigError, PayloadRefused):
        return _Read(0.0, 0.0, 0.0)
    joined = agency.format.kind is FormatKind.EIDO
    return _Read(good / max(1, records), len(types) / max(6, good), told / max(1, good), joined)


def _facts(incident: Incident) -> int:
    """Return how many kinds of facts an incident has besides number, type and time.

    Nothing counts where no place is told: texts alone are easily found in any format.
    """
    place = incident.place
    places = [place.point, place.address, place.district]
    facts = [*places, incident.remarks, incident.people, incident.unit_count]
    return sum(map(bool, facts)) if any(places) else 0


def _variety(draft: Draft) -> float:
    """Return the share of different call types that the sample's own mapping would read."""
    counts = call_types(draft.sample, draft.found)
    return len(counts) / max(6, counts.total()) if counts else 1.0


def call_types(sample: Sample, found: Inferred) -> Counter[str]:
    """Return the call types of the sample's own mapping, with their calls."""
    choice = next((c for c in found.fields if c.field is CanonicalField.CALL_TYPE), None)
    counts: Counter[str] = Counter()
    if choice is None:
        return counts
    known = {whole_path(column, sample.kind): column for column in sample.columns}
    read = [known[path] for path in choice.parts or choice.paths if path in known]
    for rows in zip(*(column.rows for column in read), strict=True):
        said = [row for row in rows if row]
        texts = [text for row in (said[:1] if choice.first else said) for text in row]
        counts.update(dict.fromkeys(texts, 1) if choice.parts else texts)
    return counts


def type_names(sample: Sample, found: Inferred) -> dict[str, str]:
    """Return what the sample says that codes of the call type stand for."""
    choice = next((c for c in found.fields if c.field is CanonicalField.CALL_TYPE), None)
    paths = () if choice is None else choice.parts or choice.paths
    named = (c.names for c in sample.columns if whole_path(c, sample.kind) in paths)
    return {code: name for names in named for code, name in names.items()}


_LATE = datetime.fromisoformat("2100-01-01T00:00:00+00:00")


def _schema(draft: Draft, payloads: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an inferred schema; nothing where it would refuse the very sample."""
    sample = draft.sample
    named = sample.columns_at  # its records are no objects yet
    if named or sample.kind not in (FormatKind.XML, FormatKind.JSON, FormatKind.JSON_LINES):
        return b""
    _write(draft, "own", (), schema=b"")
    agency = load_agency(draft.folder, dialects=schemas_folder())
    text = decode(sample.body, agency.format)
    made = _inferred(text, sample)
    if not made:
        return b""
    _write(draft, "own", (), schema=made)
    try:
        agency = load_agency(draft.folder, dialects=schemas_folder())
        for _, body in payloads:
            if any(isinstance(r, RefusedRecord) for r in read_payload(body, agency).records):
                return b""
    except (ConfigError, PayloadRefused):
        return b""
    return made


def _inferred(text: str, sample: Sample) -> bytes:
    if sample.kind is FormatKind.XML:
        return xsd(parsed(text))
    lines = sample.kind is FormatKind.JSON_LINES
    return json_schema(object_lines(text, sample.count) if lines else parse(text), sample.records)


def _write(
    draft: Draft, dialect: str, payloads: Sequence[tuple[str, bytes]], *, schema: bytes
) -> None:
    """Write the folder anew."""
    shutil.rmtree(draft.folder, ignore_errors=True)
    (draft.folder / "payloads").mkdir(parents=True)
    suffix = "xsd" if draft.sample.kind is FormatKind.XML else "schema.json"
    areas, town = areas_stub(draft.sample, draft.found, draft.who.place)
    text = agency_yml(
        draft.who,
        draft.sample,
        draft.found,
        draft.types,
        dialect=dialect,
        agreed=_agreed(draft, dialect),
        schema=f"feed.{suffix}" if schema else "",
        town=town,
    )
    (draft.folder / "agency.yml").write_text(text, encoding="utf-8")
    (draft.folder / "areas.geojson").write_bytes(areas)
    if schema:
        (draft.folder / f"feed.{suffix}").write_bytes(schema)
    for name, body in payloads:
        (draft.folder / "payloads" / name).write_bytes(body)


def _agreed(draft: Draft, dialect: str) -> list[str]:
    """Return the canonical fields that are mapped, by the file itself or by its dialect."""
    if dialect == "own":
        return [choice.field.value for choice in draft.found.fields]
    tree = read_source(schemas_folder() / dialect / "dialect.yml").tree
    fields = tree.get("fields") if isinstance(tree, dict) else None
    return list(fields) if isinstance(fields, dict) else []
