"""An invented agency and calls of it, as the tests of categories need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.agencies.agency import (
    Agency,
    Agreement,
    Bounds,
    FeedFormat,
    FormatKind,
    LocationRules,
    Transport,
    TransportKind,
    fold_call_type,
)
from pipeline.model import (
    AgencyId,
    AgencyVersion,
    Category,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Policy,
    Sensitive,
)
from pipeline.policies import load_policy

MakeAgency = Callable[..., Agency]
MakeIncident = Callable[..., Incident]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture
def make_agency() -> MakeAgency:
    def make(
        call_types: Mapping[str, str] | None = None,
        categories: frozenset[Category] = frozenset(Category),
    ) -> Agency:
        table = call_types or {"Structure Fire": "FSTRU", "BURG": "BURGLARY", "DOM": "DVA"}
        return Agency(
            agency_id=AgencyId("juniper-falls-pd"),
            version=AgencyVersion("0" * 16),
            folder=Path("juniper-falls-pd"),
            name="Juniper Falls Police Department",
            place="Juniper Falls",
            state="WI",
            about={},
            timezone=ZoneInfo("America/Chicago"),
            dialect="own",
            format=FeedFormat(kind=FormatKind.TABLE, namespaces={}, max_bytes=1000),
            transport=Transport(kind=TransportKind.FOLDER, path=Path("in"), pattern="*"),
            every=timedelta(minutes=1),
            key=(),
            fields={},
            remarks=(),
            people=(),
            private_values=(),
            ignored_fields=(),
            call_types={fold_call_type(code): apco for code, apco in table.items()},
            agreement=Agreement(
                parties=("Juniper Falls Police Department", "Blotter Demonstration Desk"),
                signed=date(2026, 1, 5),
                effective=date(2026, 1, 10),
                expires=date(2029, 1, 9),
                fields=frozenset(),
                categories=categories,
                text="",
                consideration="none",
            ),
            location=LocationRules(areas=Path("areas.geojson"), town="Juniper Falls"),
            bounds=Bounds(calls_per_day=(1, 9), held_ratio=0.5, silence=timedelta(hours=1)),
        )

    return make


@pytest.fixture
def make_incident() -> MakeIncident:
    def make(*call_types: str) -> Incident:
        return Incident(
            agency_id=AgencyId("juniper-falls-pd"),
            ref=IncidentRef("ref"),
            revision=Digest("revision"),
            position=0,
            call_types=tuple(Sensitive(code) for code in call_types),
            opened_at=datetime(2026, 11, 2, 3, tzinfo=UTC),
            revised_at=None,
            status=IncidentStatus.OPEN,
            priority=None,
            place=ExactPlace(),
            people=(),
            remarks=(),
            private_values=(),
            unit_count=1,
            restricted=False,
            notices=(),
        )

    return make
