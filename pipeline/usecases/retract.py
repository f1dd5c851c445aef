"""Withdrawing a published alert at an editor's word."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.alerts import withdrawn_undelivered
from pipeline.adapters.store.told import find_told, load_told
from pipeline.adapters.telemetry import observed
from pipeline.model import Refused, RetractReason
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import withdraw

__all__ = ["retract"]


@observed("retract")
def retract(
    settings: Settings, alert_id: str, *, editor: str, now: datetime, reason: RetractReason
) -> str:
    """Retract the public alert, live or listed, whose id begins so; return its whole id.

    Every channel is due to be told.

    Raises:
        Refused: no such public alert, or no named editor.
        Conflict: somebody else retracted it at the same moment.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        long_enough = len(alert_id) >= 4
        again = withdrawn_undelivered(tx, alert_id) if long_enough else ()
        if len(again) == 1:
            # Withdrawn before, and still shown somewhere: there is nothing left but to tell it.
            return again[0]
        ids = find_told(tx, alert_id) if long_enough else ()
        found = load_told(tx, ids[0]) if len(ids) == 1 else None
        if found is None:
            number = "more than one" if len(ids) > 1 else "no"
            raise Refused(
                f"{number} public alert begins with {alert_id[:40]!r}; `blotter alerts` lists them"
            )
        withdraw(tx, found, editor=editor, reason=reason, now=now)
    return found.alert.alert_id
