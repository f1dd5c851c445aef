"""Loads an agency's folder: agency.yml on its dialect, judged whole, with its version.

In: a folder with ``agency.yml``, and the folder of dialects. Out: an immutable
:class:`~pipeline.agencies.agency.Agency`. It must never guess what a file does not say, nor let one
agency's mistake stop another's feed. Whether ``call_types`` names real APCO codes is judged by
``classify``, whether the areas can be used by ``place``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from pipeline.agencies.agency import Agency, LocationRules, fold_call_type
from pipeline.agencies.agreement_files import load_agreement
from pipeline.agencies.checks import check_fields, check_format, check_headers, zone
from pipeline.agencies.dialect import DialectDocument
from pipeline.agencies.document import AgencyDocument
from pipeline.agencies.explain import explained, nearest
from pipeline.agencies.inputs import MAX_BYTES, Input, Inputs, read_input
from pipeline.agencies.merge import (
    Layer,
    bounds,
    feed_format,
    field_specs,
    joined,
    merged_fields,
    merged_format,
    own_terms,
    payloads_kept,
    people_specs,
    remark_specs,
    schema_files,
)
from pipeline.agencies.paths import check_paths
from pipeline.agencies.transport_merge import transport_of
from pipeline.marked_yaml import Source, quoted, read_source
from pipeline.model import AgencyId, AgencyVersion, ConfigError

__all__ = ["OWN", "load_agency", "load_all", "schemas_folder"]

OWN = "own"
"""The dialect of an agency that describes its format itself."""


@dataclass(frozen=True, slots=True)
class _Kept:
    agency: Agency
    files: tuple[tuple[Path, bytes], ...]


# Parsing and judging a folder takes ten times as long as reading its files again, and hundreds are
# loaded in every round: in processes forked from one that loaded them (``usecases.warming``).
_KEPT: dict[tuple[Path, Path, Path], _Kept] = {}
_MOST = 4096

_Document = TypeVar("_Document", bound=DialectDocument)


def schemas_folder() -> Path:
    """Return the folder of dialects: inside an installed package, else beside it in a checkout.

    Raises:
        ConfigError: neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_schemas", package.parent / "schemas"):
        if folder.is_dir():
            return folder
    raise ConfigError(
        "the folder of dialects is missing",
        remedy="Install the package again, or run from a whole checkout.",
        path=package.parent / "schemas",
    )


def load_agency(folder: Path, *, dialects: Path) -> Agency:
    """Load one agency, unless every file it was made of is what it was when it was loaded before.

    Raises:
        ConfigError: its file, its dialect or a file they name is missing or wrong.
    """
    key = (folder, folder.resolve(), dialects)
    kept = _KEPT.get(key)
    if kept is not None and all(_is_still(path, digest) for path, digest in kept.files):
        return kept.agency
    agency, files = _loaded(folder, dialects)
    if key in _KEPT or len(_KEPT) < _MOST:
        read = tuple((each.path, hashlib.sha256(each.body).digest()) for each in files)
        _KEPT[key] = _Kept(agency=agency, files=read)
    return agency


def _is_still(path: Path, digest: bytes) -> bool:
    """Return whether a file has the content of that SHA-256."""
    try:
        with path.open("rb") as file:
            return hashlib.sha256(file.read(MAX_BYTES + 1)).digest() == digest
    except OSError:
        return False


def _loaded(folder: Path, dialects: Path) -> tuple[Agency, Inputs]:
    source = read_source(folder / "agency.yml")
    document = _parsed(source, AgencyDocument)
    _check_id(source, document, folder)
    layers = (*_dialect(source, document, dialects), (source, document))
    for each in layers:
        check_format(*each)
    return _agency(folder, source, document, layers)


def load_all(
    root: Path, *, dialects: Path, only: Collection[str] | None = None
) -> tuple[tuple[Agency, ...], tuple[ConfigError, ...]]:
    """Load every agency below the root, by name: those that can be, and what is wrong with others.

    With ``only``, no other folders are looked into. Folders starting with a dot or an underscore
    are not agencies.

    Raises:
        ConfigError: the root is not a folder.
    """
    if not root.is_dir():
        raise ConfigError(
            "the folder of agencies is missing",
            remedy="Create it with one folder per agency, or set BLOTTER_AGENCIES.",
            path=root,
        )
    agencies: list[Agency] = []
    errors: list[ConfigError] = []
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        if folder.name.startswith((".", "_")) or (only is not None and folder.name not in only):
            continue
        try:
            agencies.append(load_agency(folder, dialects=dialects))
        except ConfigError as failure:
            errors.append(failure)
    return tuple(agencies), tuple(errors)


def _parsed(source: Source, model: type[_Document]) -> _Document:
    if not isinstance(source.tree, dict):
        raise source.error(
            (), "the file is not a list of `key: value` lines", "Start from a documented example."
        )
    try:
        return model.model_validate(source.tree)
    except ValidationError as failure:
        raise explained(source, failure, model) from None


def _check_id(source: Source, document: AgencyDocument, folder: Path) -> None:
    name = folder.name if folder.name not in {"", ".."} else folder.resolve().name
    if document.id != name:
        raise source.error(
            ("id",),
            f"the id {quoted(document.id)} is not the folder's name {quoted(name)}",
            "Rename one of the two.",
        )


def _dialect(source: Source, document: AgencyDocument, dialects: Path) -> tuple[Layer, ...]:
    """Return the dialect as the layer below the agency's own; nothing for ``own``."""
    if document.dialect == OWN:
        return ()
    path = dialects / document.dialect / "dialect.yml"
    if path.parent.parent != dialects or not path.is_file():
        known = sorted(each.parent.name for each in dialects.glob("*/dialect.yml"))
        raise source.error(
            ("dialect",),
            f"the dialect {quoted(document.dialect)} is unknown",
            nearest(document.dialect, (*known, OWN)),
        )
    below = read_source(path)
    return ((below, _parsed(below, DialectDocument)),)


def _agency(
    folder: Path, source: Source, document: AgencyDocument, layers: tuple[Layer, ...]
) -> tuple[Agency, Inputs]:
    kind, merged = merged_format(source, layers)
    check_headers(source, document, kind)
    for layer in layers:
        check_paths(*layer, merged)
    key, fields = merged_fields(layers)
    check_fields(source, document, key, fields)
    schema, files = schema_files(layers, kind)
    areas, body = read_input(source, ("location", "areas"), document.location.areas)
    zones, sealed = _optional(source, "zones", document.location.zones)
    addresses, address_file = _optional(source, "addresses", document.location.addresses)
    streets, street_file = _optional(source, "streets", document.location.streets)
    agreed, agreed_files = load_agreement(source, document.agreement)
    files = (*files, *agreed_files, Input(document.location.areas, body, areas), *sealed)
    files = (*files, *address_file, *street_file)
    sources = tuple(Input(each.path.name, each.body, each.path) for each, _ in layers)
    about = document.about
    agency = Agency(
        agency_id=AgencyId(document.id),
        version=_version((*sources, *files)),
        folder=folder.resolve(),
        name=about.name,
        place=about.place,
        state=about.state,
        about=MappingProxyType(about.model_dump()),
        timezone=zone(source, document.timezone),
        dialect=document.dialect,
        format=feed_format(kind, merged, schema),
        transport=transport_of(source, document.transport),
        every=timedelta(seconds=document.schedule.every),
        key=key,
        fields=field_specs(fields),
        remarks=remark_specs(layers),
        people=people_specs(layers),
        private_values=joined(layers, "private_values"),
        ignored_fields=joined(layers, "ignored_fields"),
        call_types=MappingProxyType(
            {fold_call_type(code): apco for code, apco in document.call_types.items()}
        ),
        agreement=agreed,
        location=LocationRules(
            areas=areas,
            town=document.location.town.strip(),
            zones=zones,
            addresses=addresses,
            streets=streets,
            repair=frozenset(document.location.repair),
        ),
        bounds=bounds(document),
        terms=own_terms(source, document),
        jurisdiction=document.jurisdiction,
        payloads_kept=payloads_kept(document),
        shadow=document.shadow,
        vanish_after=document.vanish_after,
    )
    return agency, (*sources, *files)


def _optional(source: Source, key: str, written: str | None) -> tuple[Path | None, Inputs]:
    """Return a file under ``location`` that need not be named; one that is must be there."""
    if written is None:
        return None, ()
    path, body = read_input(source, ("location", key), written)
    return path, (Input(written, body, path),)


def _version(files: Inputs) -> AgencyVersion:
    """Digest the names and bytes of all files, with their lengths, so that none can pose as two."""
    digest = hashlib.sha256()
    for name, body, _ in files:
        for part in (name.encode(), body):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return AgencyVersion(digest.hexdigest()[:16])
