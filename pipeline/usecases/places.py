"""Says how the calls of an agency's sample payloads would be located.

In go an agency's rules and the payloads in its folder, out come counts: coordinates by what is odd
about them, addresses by how precisely they are found. No address and no coordinate leaves this
module, and nothing is written.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.agencies import FolderDrop
from pipeline.feeds import RefusedRecord, read_payload, to_incident
from pipeline.model import (
    Commitment,
    Digest,
    ExactPlace,
    Incident,
    ModelVersion,
    NoticeCode,
    PayloadRefused,
    RecordRefused,
)
from pipeline.place import Precision, sane_place
from pipeline.place.addresses import is_masked
from pipeline.policies import load_policy
from pipeline.propose import Rules
from pipeline.usecases.catalog import Catalog, rules_for
from pipeline.usecases.settings import Settings

__all__ = ["MOST_PAYLOADS", "SamplePlaces", "catalog_places", "sample_places"]

MOST_PAYLOADS = 200
"""Payloads looked at, the newest by name: enough to judge files by, and done in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlaces:
    """Calls of the sample, each counted once, as its newest payload has it.

    ``points`` are usable ones, ``odd`` counts others by notice code. ``addresses`` counts distinct
    addresses by precision, with ``masked`` for those the agency masked; it is empty where the
    agency has no address or street file.
    """

    calls: int
    points: int
    odd: Mapping[str, int]
    addresses: Mapping[str, int]

    @property
    def located(self) -> int:
        """Addresses found at all."""
        return sum(self.addresses.get(p.value, 0) for p in Precision if p is not Precision.NONE)


def catalog_places(
    settings: Settings, catalog: Catalog, *, now: datetime
) -> Mapping[str, SamplePlaces]:
    """Return the counts of every agency that loaded.

    Raises:
        ConfigError: the policy or an agency's rules cannot be used.
    """
    policy = load_policy(settings.policy or None)
    return {
        agency.agency_id: sample_places(rules_for(agency, policy, ModelVersion("")), now=now)
        for agency in catalog.agencies
    }


def sample_places(rules: Rules, *, now: datetime) -> SamplePlaces:
    """Return the counts; payloads and records that cannot be read are left out."""
    calls = {incident.ref: incident for incident in _incidents(rules, now)}
    odd: Counter[str] = Counter()
    points = 0
    texts: set[str] = set()
    for incident in calls.values():
        sane, notices = sane_place(
            incident.place,
            rules.areas,
            repairs=rules.agency.location.repair,
            default_point=False,
        )
        odd.update(n.code.value for n in (*incident.notices, *notices) if n.code in _ODD)
        points += sane.point is not None and not notices
        texts |= _addresses(sane)
    return SamplePlaces(
        calls=len(calls),
        points=points,
        odd=dict(sorted(odd.items())),
        addresses=_precisions(rules, texts),
    )


_ODD = frozenset(code for code in NoticeCode if code.value.startswith("point-"))


def _precisions(rules: Rules, texts: set[str]) -> Mapping[str, int]:
    if rules.geocoder is None:
        return {}
    found: Counter[str] = Counter()
    for text in texts:
        found["masked" if is_masked(text) else rules.geocoder.locate(text).precision.value] += 1
    return {name: found[name] for name in (*(p.value for p in Precision), "masked")}


def _addresses(place: ExactPlace) -> set[str]:
    return set() if place.address is None else {place.address.expose()}


def _incidents(rules: Rules, now: datetime) -> Iterator[Incident]:
    transport, seal = rules.agency.transport, _Throwaway()
    if not isinstance(transport, FolderDrop):
        return
    for path in sorted(transport.path.glob(transport.pattern))[-MOST_PAYLOADS:]:
        try:
            reading = read_payload(path.read_bytes(), rules.agency)
        except (PayloadRefused, OSError):
            continue
        for record in reading.records:
            if isinstance(record, RefusedRecord):
                continue
            try:
                yield to_incident(record, rules.agency, seal=seal, received_at=now)
            except RecordRefused:
                continue


class _Throwaway:
    """A seal whose key nobody keeps: calls are told apart in this run, and never again."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        text = b"".join(len(part).to_bytes(8, "big") + part for part in (purpose.encode(), *parts))
        return Digest(hmac.new(self._key, text, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"none:{self.digest('commit', text.encode())}")
