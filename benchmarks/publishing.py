"""What publishing costs: one minute's alerts at 10,000 an hour, into 2,000 areas that are full.

In: how many alerts are live before. Out: a case whose unit is an alert told. A round makes 167 new
alerts due, with the memories the last look opens, and times one run of publishing alone. The share
of a core is the processor's seconds a round over 60.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path

from sqlalchemy import insert

from benchmarks.bare import require
from benchmarks.cases import Case
from benchmarks.measure import Lap
from pipeline.adapters.store.alerts import save_alert
from pipeline.adapters.store.codec import alert_text
from pipeline.adapters.store.tables import alerts as alert_table
from pipeline.adapters.store.tables import incidents
from pipeline.audit import stamp
from pipeline.model import (
    AgencyId,
    Alert,
    AlertId,
    Area,
    Category,
    Digest,
    IncidentRef,
    Memory,
    PublicFacts,
    Sensitive,
)
from pipeline.policies import load_policy
from pipeline.publish import CHANNELS
from pipeline.usecases.memory import seal_values
from pipeline.usecases.publish import publish_due
from pipeline.usecases.resources import migrate, open_resources
from pipeline.usecases.settings import Settings, load_settings

__all__ = ["publishing"]

AREAS = 2_000
AGENCIES = 200
MINUTE = 167
"""Alerts a minute, at 10,000 an hour."""

_NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
_KNOWN = 12  # private values a call remembers
_CATEGORIES = tuple(c for c, rule in load_policy(None).categories.items() if rule.public)


def publishing(live: int) -> Case:
    """Time one run that tells a minute's alerts while ``live`` others stand in the feeds."""
    settings = _installation(live)
    numbers = counting(live)
    minutes = counting(1)

    def minute() -> Lap:
        now = _NOW + timedelta(minutes=next(minutes))
        _due(settings, [next(numbers) for _ in range(MINUTE)], now)
        lap = Lap()
        report = publish_due(settings, now=now)
        require(report.delivered, MINUTE * len(CHANNELS))
        return lap.end()

    return Case(
        name="publish",
        title=f"Publishing {MINUTE} alerts while {live:,} are live in {AREAS:,} areas",
        unit="alert",
        count=MINUTE,
        size=0,
        contenders={"a minute of 10,000 an hour": minute},
    )


def _alert(number: int, sent: datetime) -> Alert:
    area = number * 7_919 % AREAS
    x, y = -100 + area % 50 * 0.02, 40 + area // 50 * 0.02
    ring = tuple((x + dx / 100, y + dy / 100) for dx, dy in _OUTLINE)
    category = _CATEGORIES[number % len(_CATEGORIES)]
    facts = PublicFacts(
        category=category,
        label=category.value.replace("-", " ").capitalize(),
        area=Area(area_id=f"area-{area}", name=f"Area {area}", polygons=((ring,),)),
        earliest=sent - timedelta(hours=1),
        latest=sent - timedelta(minutes=30),
        headline=f"Reported: {category.value} in area {area}",
        text=f"Reported: {category.value} in area {area}. It is a report, not a confirmed account.",
    )
    return Alert(
        alert_id=AlertId(f"{number:020x}"),
        agency_id=AgencyId(f"agency-{area % AGENCIES}"),
        agency_name=f"Agency {area % AGENCIES}",
        version=1,
        facts=facts,
        sent=sent,
        first_sent=sent,
        expires=sent + timedelta(hours=48),
    )


_OUTLINE = [*((n, 0) for n in range(11)), *((10, n) for n in range(1, 11)), (0, 10), (0, 0)]


def _installation(live: int) -> Settings:
    home = Path(tempfile.mkdtemp(prefix="blotter-bench-"))
    settings = load_settings(
        {"BLOTTER_HOME": str(home), "BLOTTER_PUBLIC": str(home / "public"), "PATH": os.defpath}
    )
    migrate(settings)
    with open_resources(settings, now=_NOW) as resources:
        # The first run finds nothing live and writes the marks; later ones touch what they tell.
        publish_due(settings, now=_NOW - timedelta(days=2), force=True)
        for rows in _rows(live):
            with resources.store.write() as tx:
                tx.execute(insert(alert_table), rows)
    return settings


def _rows(live: int) -> Iterator[list[dict[str, object]]]:
    for start in range(0, live, 5_000):
        numbers = range(start, min(start + 5_000, live))
        yield [_row(n, _NOW - timedelta(hours=47) * (1 - n / max(live, 1))) for n in numbers]


def _row(number: int, sent: datetime) -> dict[str, object]:
    alert = _alert(number, sent)
    return {
        "alert_id": alert.alert_id,
        "agency_id": alert.agency_id,
        "incident_ref": f"i{number}",
        "candidate_id": f"c{number}",
        "state": "live",
        "version": 1,
        "content": alert_text(alert),
        "sent": stamp(alert.sent),
        "audit_index": 0,
        "area_id": alert.facts.area.area_id,
        "category": alert.facts.category.value,
        "first_sent": stamp(alert.first_sent),
        "expires": stamp(alert.expires),
    }


def _due(settings: Settings, numbers: list[int], now: datetime) -> None:
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        for number in numbers:
            ref = IncidentRef(f"i{number}")
            memory = Memory(
                revision=Digest("0"),
                revised_at=None,
                rules="r",
                values=tuple(Sensitive(f"Quillon {number} Abernathwy{n}") for n in range(_KNOWN)),
            )
            tx.execute(
                insert(incidents).values(
                    incident_ref=ref,
                    agency_id="a",
                    revision="0",
                    rules="r",
                    seen_at=stamp(now),
                    sealed_values=seal_values(resources.vault, ref, memory),
                )
            )
            save_alert(
                tx,
                _alert(number, now),
                incident_ref=ref,
                candidate_id=f"c{number}",
                audit_index=0,
                channels=tuple(CHANNELS),
            )


assert Category.STRUCTURE_FIRE in _CATEGORIES  # noqa: S101 - the policy tells of something
