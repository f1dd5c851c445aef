"""An invented agency and calls of it, as the tests of categories need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from juniper_falls import build_agency

from pipeline.agencies import Agency
from pipeline.model import (
    AgencyId,
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
        return build_agency("table", fields={}, call_types=table, categories=categories)

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
