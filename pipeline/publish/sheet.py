"""Renders alerts as a CSV table (RFC 4180) that no spreadsheet runs.

In go alerts and retractions; out comes ``alerts.csv``: a row per alert, and per retraction a row of
its id, the moment and the word ``retracted``. A cell that a spreadsheet would take for a formula
begins with an apostrophe. It must never hold a line break inside a cell: many readers cut there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from pipeline.model import Alert, Retraction
from pipeline.publish.channel import (
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    live,
    moment,
    withdrawn,
)

__all__ = ["COLUMNS", "PATHS", "guarded", "render", "safe_cell"]

PATHS = "alerts.csv"

COLUMNS = (
    *("id", "state", "version", "category", "label", "headline", "text", "area"),
    *("earliest", "latest", "sent", "updated", "expires", "agency"),
)

# Signs a spreadsheet begins a formula with, their full-width twins, and what it skips before them.
_FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,  # noqa: ARG001 - a table has no title
    at: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[PublicFile, ...]:
    """Return the scope's ``alerts.csv``; see :class:`~pipeline.publish.channel.Format`."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    writer.writerows(_row(alert) for alert in live(alerts, retractions, at))
    empty = [""] * (len(COLUMNS) - 2)
    for each in withdrawn(retractions):
        row = [each.alert_id, "retracted", *empty]
        row[COLUMNS.index("updated")] = moment(each.sent)
        writer.writerow(map(safe_cell, row))
    body = sheet.getvalue().encode()
    return (PublicFile(path=scope.path(PATHS), body=body),)


def safe_cell(text: str) -> str:
    """Return text on one line that no spreadsheet runs."""
    return guarded(" ".join(text.split()))


def guarded(text: str) -> str:
    """Return text that no spreadsheet runs: with an apostrophe before what one would."""
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA else text


def _row(alert: Alert) -> list[str]:
    facts = alert.facts
    cells = (
        *(alert.alert_id, "live", str(alert.version), facts.category.value, facts.label),
        *(facts.headline, facts.text, facts.area.name, moment(facts.earliest)),
        *(moment(facts.latest), moment(alert.first_sent), moment(alert.sent)),
        *(moment(alert.expires), alert.agency_name),
    )
    return [safe_cell(cell) for cell in cells]
