"""Invents alerts and retractions of invented agencies, some updated, some corrected.

In go partners, a policy and a moment; out come alerts in the words that ``publish`` proposes, now
and then an editor's own. Nothing of them happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pipeline.model import (
    AgencyId,
    Alert,
    AlertId,
    Category,
    Policy,
    PublicFacts,
    Release,
    Retraction,
)
from pipeline.publish.wording import proposed, window_words
from pipeline.site.facts import Partner, Standing

__all__ = ["invented_alerts", "told_kinds"]


def invented_alerts(
    random: Random, partners: Sequence[Partner], policy: Policy, at: datetime
) -> tuple[tuple[Alert, ...], tuple[Retraction, ...], dict[str, frozenset[int]]]:
    """Return alerts of five days, retractions, and which versions corrected what was told."""
    active = [each for each in partners if each.standing is Standing.ACTIVE]
    told = told_kinds(policy)
    alerts, gone = [], []
    corrected: dict[str, frozenset[int]] = {}
    for _ in range(max(40, len(active)) if active else 0):
        age = timedelta(minutes=random.randint(5, 60 * 24 * 5))
        alert = _alert(random, random.choice(active), random.choice(told), policy, at - age)
        if random.random() < 0.06:
            gone.append(
                Retraction(
                    alert_id=alert.alert_id,
                    agency_id=alert.agency_id,
                    agency_name=alert.agency_name,
                    category=alert.facts.category,
                    sent=alert.sent + timedelta(minutes=4),
                    previous=(*alert.previous, alert.sent),
                )
            )
            continue
        if alert.version > 1 and random.random() < 0.5:
            corrected[alert.alert_id] = frozenset({2})
        alerts.append(alert)
    return tuple(alerts), tuple(gone), corrected


def _alert(
    random: Random, partner: Partner, category: Category, policy: Policy, sent: datetime
) -> Alert:
    area = random.choice(partner.areas)
    rule = policy.categories[category]
    latest = sent.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    earliest = latest - rule.time_floor
    zone = ZoneInfo(partner.timezone)
    headline, text = proposed(rule.label, area.name, window_words(earliest, latest, zone))
    if random.random() < 0.1:
        text = (
            f"{headline}. Crews were still there when this was written. Please keep the road free."
        )
    previous = (sent - timedelta(minutes=35),) if random.random() < 0.15 else ()
    return Alert(
        alert_id=AlertId(f"{random.getrandbits(80):020x}"),
        agency_id=AgencyId(partner.agency_id),
        agency_name=partner.name,
        version=1 + len(previous),
        facts=PublicFacts(
            category=category,
            label=rule.label,
            area=area,
            earliest=earliest,
            latest=latest,
            headline=headline,
            text=text,
        ),
        sent=sent,
        first_sent=previous[0] if previous else sent,
        expires=sent + timedelta(hours=48),
        previous=previous,
    )


def told_kinds(policy: Policy) -> list[Category]:
    """Return the categories that may reach an editor."""
    rules = policy.categories
    return [each for each, rule in rules.items() if rule.release is Release.CANDIDATE]
