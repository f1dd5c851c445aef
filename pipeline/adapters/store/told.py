"""Finds what is told of incidents, live or over and still listed, and takes it back.

Each function is one step inside the caller's transaction. An alert that is over keeps its words on
its page for as long as it is listed, so whatever must not be told is looked for there too. Words
leave the row in the statement that withdraws; it must never keep them elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from pipeline.adapters.store.alerts import TOMBSTONES, make_due
from pipeline.adapters.store.codec import alert_from, retraction_text
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, CandidateId, Conflict, IncidentRef, Retraction

__all__ = ["ToldAlert", "find_told", "load_told", "save_retraction", "told_of"]

_TOLD = ("live", "expired")
"""States in which an alert's words are public: also when it is over, while it is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """A public alert with what it came from; ``newest`` counts its end as a version too."""

    alert: Alert
    newest: int
    incident_ref: IncidentRef
    candidate_id: CandidateId


def _told(row: Any) -> ToldAlert:
    return ToldAlert(
        alert=alert_from(row.content),
        newest=row.version,
        incident_ref=IncidentRef(row.incident_ref),
        candidate_id=CandidateId(row.candidate_id),
    )


def find_told(tx: Tx, prefix: str) -> tuple[AlertId, ...]:
    """Return alerts, live or over and still listed, whose id begins with ``prefix`` (at most 2)."""
    query = select(alerts.c.alert_id).where(
        alerts.c.state.in_(_TOLD), alerts.c.alert_id.startswith(prefix, autoescape=True)
    )
    found = tx.execute(query.order_by(alerts.c.alert_id).limit(2)).scalars()
    return tuple(AlertId(alert_id) for alert_id in found)


def told_of(tx: Tx, refs: Sequence[IncidentRef]) -> tuple[ToldAlert, ...]:
    """Return all alerts of these incidents whose words are public, live or listed."""
    query = select(alerts).where(alerts.c.incident_ref.in_(refs), alerts.c.state.in_(_TOLD))
    return tuple(_told(row) for row in tx.execute(query.order_by(alerts.c.alert_id)))


def load_told(tx: Tx, alert_id: str) -> ToldAlert | None:
    """Return an alert whose words are public, live or listed, or None when they are not."""
    query = select(alerts).where(alerts.c.alert_id == alert_id, alerts.c.state.in_(_TOLD))
    row = tx.execute(query).first()
    return None if row is None else _told(row)


def save_retraction(
    tx: Tx, retraction: Retraction, *, version: int, audit_index: int, channels: Sequence[str]
) -> None:
    """Withdraw an alert that is told: its text is gone from the row, every channel is due.

    Raises:
        Conflict: the alert is not told any more, or changed meanwhile.
    """
    done = tx.execute(
        update(alerts)
        .where(
            alerts.c.alert_id == retraction.alert_id,
            alerts.c.state.in_(_TOLD),
            alerts.c.version == version - 1,
        )
        .values(
            state="retracted",
            version=version,
            content=retraction_text(retraction),
            sent=stamp(retraction.sent),
            audit_index=audit_index,
            expires=stamp(retraction.sent + TOMBSTONES),
        )
    )
    if done.rowcount != 1:
        raise Conflict("this alert is not public any more, or was just changed")
    make_due(tx, retraction.alert_id, version, channels, audit_index, at=retraction.sent)
