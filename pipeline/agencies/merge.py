"""Lays an agency's document over its dialect's and makes the agency's parts of both.

In: one or two layers, the dialect's first. Out: the parts of an
:class:`~pipeline.agencies.agency.Agency`. Single keys of ``format`` and single fields replace the
dialect's; namespaces, remarks, people, private values and ignored fields are added to them, so that
an agency can never make Blotter forget where a dialect keeps private text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from pipeline.agencies.agency import (
    FLAT,
    AgencyTerms,
    Agreement,
    Bounds,
    CanonicalField,
    FeedFormat,
    FieldSpec,
    FormatKind,
    PeopleSpec,
    RemarkSpec,
)
from pipeline.agencies.dialect import DialectDocument, FieldDocument, FormatDocument
from pipeline.agencies.document import AgencyDocument, AgreementDocument
from pipeline.agencies.inputs import Inputs, schema_inputs
from pipeline.marked_yaml import Source

__all__ = [
    "Layer",
    "agreement",
    "bounds",
    "feed_format",
    "field_specs",
    "joined",
    "merged_fields",
    "merged_format",
    "own_terms",
    "payloads_kept",
    "people_specs",
    "remark_specs",
    "schema_files",
]

_FLAT_NAMES = {FormatKind.TABLE: "a table", FormatKind.LABELLED: "labelled text"}

Layer = tuple[Source, DialectDocument]
"""A file and what it says."""


def merged_format(source: Source, layers: tuple[Layer, ...]) -> tuple[FormatKind, FormatDocument]:
    """Return the kind, and the format with each key from the uppermost layer that gives it.

    Raises:
        ConfigError: no layer gives the kind; or the records do not suit it.
    """
    given: dict[str, object] = {}
    namespaces: dict[str, str] = {}
    for _, document in layers:
        given |= {name: getattr(document.format, name) for name in document.format.model_fields_set}
        namespaces |= document.format.namespaces
    merged = FormatDocument().model_copy(update={**given, "namespaces": namespaces})
    if merged.kind is None:
        raise source.error(
            ("format",), "`format.kind` is missing", "Add labelled, xml, json or table."
        )
    if merged.records is None and merged.kind not in FLAT:
        raise source.error(
            ("format",),
            "`format.records` is missing",
            "Add the path of the list of records, such as //Call or `rows`.",
        )
    if merged.records is not None and merged.kind in FLAT:
        raise source.error(
            ("format", "records"),
            f"{_FLAT_NAMES[merged.kind]} has no `records`",
            "Remove it: every row or record is read.",
        )
    if merged.columns_at is not None and merged.kind is not FormatKind.JSON:
        raise source.error(
            ("format", "columns_at"),
            "only records of JSON are lists whose columns the payload names",
            "Remove it, or name the columns of a table under `columns`.",
        )
    if merged.separator is not None and merged.kind is not FormatKind.LABELLED:
        raise source.error(
            ("format", "separator"),
            "only lines of labelled text are parted by a separator",
            "Remove it, or name what stands between the columns of a table under `delimiter`.",
        )
    return merged.kind, merged


def merged_fields(
    layers: tuple[Layer, ...],
) -> tuple[tuple[CanonicalField, ...], dict[CanonicalField, FieldDocument]]:
    """Return the key and the mapped fields; a field that the agency sets to null is left out."""
    key: tuple[CanonicalField, ...] = ()
    fields: dict[CanonicalField, FieldDocument | None] = {}
    for _, document in layers:
        key = document.key or key
        fields |= document.fields
    return tuple(dict.fromkeys(key)), {
        name: spec for name, spec in fields.items() if spec is not None
    }


def schema_files(layers: tuple[Layer, ...], kind: FormatKind) -> tuple[Path | None, Inputs]:
    """Return the schema of the uppermost layer that speaks of one, and the bytes of its files.

    Raises:
        ConfigError: the schema cannot be used.
    """
    for source, document in reversed(layers):
        if "schema_file" in document.format.model_fields_set:
            if document.format.schema_file is None:
                return None, ()
            return schema_inputs(source, document.format.schema_file, kind)
    return None, ()


def feed_format(kind: FormatKind, merged: FormatDocument, schema: Path | None) -> FeedFormat:
    """Return the format as the reader takes it."""
    return FeedFormat(
        kind=kind,
        records=merged.records or "",
        namespaces=MappingProxyType(dict(merged.namespaces)),
        schema=schema,
        encodings=merged.encodings,
        delimiter=merged.delimiter,
        columns=merged.columns,
        widths=merged.widths,
        columns_at=merged.columns_at or "",
        labels=merged.labels,
        separator=merged.separator or "",
        times=merged.times,
        nulls=merged.nulls,
        strip=merged.strip,
        fold=merged.fold,
        max_bytes=merged.max_bytes,
    )


def field_specs(
    fields: Mapping[CanonicalField, FieldDocument],
) -> Mapping[CanonicalField, FieldSpec]:
    """Return each field with its paths, in the order of the files."""
    return MappingProxyType(
        {
            name: FieldSpec(
                field=name,
                paths=spec.all_paths,
                presence=spec.presence,
                true_values=spec.true_values,
                point_form=spec.form,
            )
            for name, spec in fields.items()
        }
    )


def remark_specs(layers: tuple[Layer, ...]) -> tuple[RemarkSpec, ...]:
    """Return where free texts are, the dialect's first."""
    return tuple(
        RemarkSpec(
            text=each.text,
            each=each.each or "",
            at=each.at or "",
            restriction=each.restriction or "",
            restricted_values=each.restricted_values,
        )
        for _, document in layers
        for each in document.remarks
    )


def people_specs(layers: tuple[Layer, ...]) -> tuple[PeopleSpec, ...]:
    """Return where people are, the dialect's first."""
    return tuple(
        PeopleSpec(role=each.role, each=each.each or "", parts=MappingProxyType(each.parts))
        for _, document in layers
        for each in document.people
    )


def joined(layers: tuple[Layer, ...], name: str) -> tuple[str, ...]:
    """Return the paths of all layers under one name, each once."""
    return tuple(dict.fromkeys(path for _, document in layers for path in getattr(document, name)))


def agreement(
    given: AgreementDocument, text: str, earlier: tuple[Agreement, ...] = ()
) -> Agreement:
    """Return the agreement with its text, and those before it."""
    said = given.model_dump(mode="json", exclude={"earlier", "text"})
    said |= {"text": text, "fields": sorted(given.fields), "categories": sorted(given.categories)}
    line = json.dumps(said, sort_keys=True)
    return Agreement(
        version=given.version,
        digest=hashlib.sha256(line.encode()).hexdigest()[:16],
        supersedes=given.supersedes,
        parties=given.parties,
        signed=given.last_signature,
        signatures=MappingProxyType(dict(given.signatures)),
        effective=given.effective,
        expires=given.expires,
        ended=given.ended,
        purposes=given.purposes,
        termination=given.termination.strip(),
        fields=frozenset(given.fields),
        categories=frozenset(given.categories),
        text=text,
        consideration=given.consideration,
        earlier=tuple(sorted(earlier, key=lambda each: each.version)),
    )


def bounds(document: AgencyDocument) -> Bounds:
    """Return what is normal for the feed."""
    given = document.bounds
    return Bounds(
        calls_per_day=given.calls_per_day,
        held_ratio=given.held_ratio,
        silence=timedelta(hours=given.silence_hours),
    )


def payloads_kept(document: AgencyDocument) -> timedelta | None:
    """Return how long payloads are kept at most, if the agency says."""
    given = document.retention
    return None if given is None else timedelta(hours=given.payload_hours)


def own_terms(source: Source, document: AgencyDocument) -> tuple[AgencyTerms, ...]:
    """Return what the agency wants stricter, each with its line."""
    return tuple(
        AgencyTerms(
            categories=frozenset(each.categories),
            audience=each.audience,
            verbs=each.verbs,
            reason=each.reason,
            line=source.line(("terms", number)),
        )
        for number, each in enumerate(document.terms)
    )
