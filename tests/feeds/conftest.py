"""Agencies built in memory, an invented seal, and a search for canaries in raised errors."""

from __future__ import annotations

import hashlib
import hmac
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

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
    Transport,
    TransportKind,
)
from pipeline.model import (
    AgencyId,
    AgencyVersion,
    Category,
    Commitment,
    Digest,
    PersonRole,
    SourceRecord,
)

MakeAgency = Callable[..., Agency]
EVERY_FIELD = frozenset(field.value for field in CanonicalField) | {"remarks", "people"}


class FakeSeal:
    """Keyed digests under a key that everybody knows."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        message = b"".join(len(p).to_bytes(4) + p for p in (purpose.encode(), *parts))
        return Digest(hmac.new(b"tests only", message, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"1:{self.digest('commit', text.encode())}")


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
        transport=Transport(kind=TransportKind.FOLDER, path=Path("payloads"), pattern="*"),
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
        call_types={},
        agreement=Agreement(
            parties=("Juniper Falls Police Department",),
            signed=date(2026, 1, 5),
            effective=date(2026, 1, 10),
            expires=date(2029, 1, 9),
            fields=agreed,
            categories=frozenset(Category),
            text="",
            consideration="none",
        ),
        location=LocationRules(areas=Path("areas.geojson"), town="Juniper Falls"),
        bounds=Bounds(calls_per_day=(1, 400), held_ratio=0.6, silence=timedelta(hours=12)),
    )


@pytest.fixture(scope="session")
def make_agency() -> MakeAgency:
    return build_agency


@pytest.fixture(scope="session")
def seal() -> FakeSeal:
    return FakeSeal()


@pytest.fixture(scope="session")
def received_at() -> datetime:
    return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def told() -> Callable[[BaseException], str]:
    """Everything a raised error tells a log: its text, its chain, hidden links included."""

    def tell(error: BaseException) -> str:
        assert error.__cause__ is None
        assert error.__context__ is None
        return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))

    return tell


@pytest.fixture(scope="session")
def texts_of() -> Callable[[SourceRecord], dict[str, tuple[str, ...]]]:
    """The canonical texts of a record, exposed."""

    def texts(record: SourceRecord) -> dict[str, tuple[str, ...]]:
        return {name: tuple(v.expose() for v in values) for name, values in record.canonical}

    return texts
