"""Invented incidents for the redaction tests, built from the texts a test cares about."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import (
    AgencyId,
    Commitment,
    Digest,
    Entity,
    ExactPlace,
    Finding,
    Held,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Operator,
    Person,
    PersonRole,
    Policy,
    PolicyVersion,
    RedactedIncident,
    Remark,
    Sensitive,
)
from pipeline.redact.redactor import redact


class TestSeal:
    """Keyed digests with an invented key."""

    __test__ = False
    key = b"invented"

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        body = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return Digest(hmac.new(self.key, purpose.encode() + body, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment("1:" + hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest())


def make_policy(**operators: Operator) -> Policy:
    chosen = dict.fromkeys(Entity, Operator.PLACEHOLDER)
    chosen |= {Entity[name]: operator for name, operator in operators.items()}
    return Policy(
        version=PolicyVersion("test"),
        categories={},
        operators=chosen,
        detector_timeout=timedelta(seconds=2),
        payload_retention=timedelta(hours=72),
        alert_lifetime=timedelta(hours=48),
        minimum_area_radius_m=150.0,
    )


def make_incident(*remarks: str | Remark, **changes: object) -> Incident:
    values: dict[str, object] = {
        "agency_id": AgencyId("juniper-falls-pd"),
        "ref": IncidentRef("ref"),
        "revision": Digest("revision"),
        "position": 0,
        "call_types": (Sensitive("SMOKE"),),
        "opened_at": datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
        "revised_at": None,
        "status": IncidentStatus.OPEN,
        "priority": None,
        "place": ExactPlace(),
        "people": (),
        "remarks": tuple(
            each if isinstance(each, Remark) else Remark(text=Sensitive(each)) for each in remarks
        ),
        "private_values": (),
        "unit_count": 1,
        "restricted": False,
        "notices": (),
    }
    return Incident(**(values | changes))  # type: ignore[arg-type]


def caller(
    name: str, *, phone: str = "", address: str = "", born: str = "", staff: bool = False
) -> Person:
    def wrapped(text: str) -> Sensitive | None:
        return Sensitive(text) if text else None

    return Person(
        role=PersonRole.STAFF if staff else PersonRole.CALLER,
        name=Sensitive(name),
        phone=wrapped(phone),
        address=wrapped(address),
        birth_date=wrapped(born),
    )


@pytest.fixture(name="seal")
def _seal() -> TestSeal:
    return TestSeal()


@pytest.fixture(name="policy_with", scope="session")
def _policy_with() -> Callable[..., Policy]:
    """Return a maker of policies; keyword arguments name entities with another operator."""
    return make_policy


@pytest.fixture(name="incident_of", scope="session")
def _incident_of() -> Callable[..., Incident]:
    """Return a maker of incidents from texts or remarks; keywords replace other fields."""
    return make_incident


@pytest.fixture(name="caller", scope="session")
def _caller() -> Callable[..., Person]:
    """Return a maker of invented people."""
    return caller


@pytest.fixture(name="run", scope="session")
def _run() -> Callable[..., RedactedIncident | Held]:
    """Return redaction as the walk calls it, with no detector's findings unless given."""

    def run(
        *remarks: str | Remark,
        found: tuple[tuple[Finding, ...], ...] | None = None,
        memory: Memory | None = None,
        policy: Policy | None = None,
        **changes: object,
    ) -> RedactedIncident | Held:
        incident = make_incident(*remarks, **changes)
        return redact(
            incident,
            ((),) * len(incident.remarks) if found is None else found,
            memory,
            call_types=("SMOKE",),
            policy=policy or make_policy(),
            seal=TestSeal(),
        )

    return run


@pytest.fixture(name="shown", scope="session")
def _shown(run: Callable[..., RedactedIncident | Held]) -> Callable[..., str]:
    """Return redaction that must not hold, giving the shown texts, one a line."""

    def shown(*remarks: str | Remark, **changes: object) -> str:
        result = run(*remarks, **changes)
        assert isinstance(result, RedactedIncident), result
        return "\n".join(remark.text for remark in result.remarks)

    return shown
