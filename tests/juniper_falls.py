"""An invented agency built in memory, for tests that need no folder of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import (
    Agency,
    Agreement,
    Bounds,
    CanonicalField,
    FeedFormat,
    FieldSpec,
    FormatKind,
    LocationRules,
    PeopleSpec,
    PointForm,
    Presence,
    RemarkSpec,
    fold_call_type,
)
from pipeline.agencies.transport import FolderDrop
from pipeline.model import AgencyId, AgencyVersion, Category, PersonRole

EVERY_FIELD = frozenset(field.value for field in CanonicalField) | {"remarks", "people"}


def _specs(fields: Mapping[str, Any]) -> dict[CanonicalField, FieldSpec]:
    specs = {}
    for name, value in fields.items():
        given = {"path": value} if isinstance(value, str) else dict(value)
        field = CanonicalField(name)
        specs[field] = FieldSpec(
            field=field,
            paths=tuple(given.get("paths", (given.get("path"),))),
            presence=Presence(given.get("presence", "optional")),
            true_values=tuple(given.get("true_values", ())),
            point_form=PointForm(given["form"]) if "form" in given else None,
        )
    return specs


def build_agency(
    kind: str,
    *,
    fields: Mapping[str, Any],
    key: tuple[str, ...] = ("cfs_number",),
    remarks: tuple[Mapping[str, Any], ...] = (),
    people: tuple[Mapping[str, Any], ...] = (),
    private_values: tuple[str, ...] = (),
    ignored_fields: tuple[str, ...] = (),
    agreed: frozenset[str] = EVERY_FIELD,
    timezone: str = "America/Chicago",
    call_types: Mapping[str, str] = MappingProxyType({}),
    categories: frozenset[Category] = frozenset(Category),
    **form: Any,
) -> Agency:
    """An invented agency; ``form`` goes to its format, whose limits are generous."""
    form = {"namespaces": {}, "max_bytes": 5_000_000, **form}
    return Agency(
        agency_id=AgencyId("juniper-falls-pd"),
        version=AgencyVersion("0" * 16),
        folder=Path("juniper-falls-pd"),
        name="Juniper Falls Police Department",
        place="Juniper Falls",
        state="WI",
        about={},
        timezone=ZoneInfo(timezone),
        dialect="own",
        format=FeedFormat(kind=FormatKind(kind), **form),
        transport=FolderDrop(path=Path("payloads"), pattern="*"),
        every=timedelta(minutes=1),
        key=tuple(map(CanonicalField, key)),
        fields=_specs(fields),
        remarks=tuple(
            RemarkSpec(**{**r, "restricted_values": tuple(r.get("restricted_values", ()))})
            for r in remarks
        ),
        people=tuple(
            PeopleSpec(
                role=PersonRole(p["role"]),
                each=p.get("each", ""),
                parts={k: tuple(v) for k, v in p.items() if k not in {"role", "each"}},
            )
            for p in people
        ),
        private_values=private_values,
        ignored_fields=ignored_fields,
        call_types={fold_call_type(code): apco for code, apco in call_types.items()},
        agreement=Agreement(
            version=1,
            digest="",
            supersedes=None,
            signatures={},
            ended=None,
            purposes=("alerts",),
            termination="",
            parties=("Juniper Falls Police Department",),
            signed=date(2026, 1, 5),
            effective=date(2026, 1, 10),
            expires=date(2029, 1, 9),
            fields=agreed,
            categories=categories,
            text="",
            consideration="none",
        ),
        location=LocationRules(areas=Path("areas.geojson"), town="Juniper Falls"),
        bounds=Bounds(calls_per_day=(1, 400), held_ratio=0.6, silence=timedelta(hours=12)),
    )
