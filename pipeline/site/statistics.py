"""Renders counts by month: every agency, each one's months, and a table to download.

In go finished months as ``publish.counts`` made them safe; out come pages and CSV files. Rates and
pictures are made of shown counts alone, and months are never added up: a sum over gaps would help
to close them. Nothing is counted here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.publish import PublicFile
from pipeline.publish.counts import TOTAL
from pipeline.publish.sheet import safe_cell
from pipeline.site.facts import Month, Whole
from pipeline.site.page import Frame, frames, page

__all__ = ["statistics_files"]

_SHOWN = 12
"""So many months stand side by side on a page; the file has all."""

_CHART = (720, 220)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind: a count per column, the sum, and reports a day; None is hidden."""

    label: str
    cells: tuple[int | None, ...]
    total: int | None
    a_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month's column in the picture: ``top`` and ``height`` are None where it is hidden."""

    x: int
    wide: int
    top: int | None
    height: int | None
    month: str
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One agency on the page of all: its newest month."""

    agency_id: str
    name: str
    state: str
    month: str
    total: int | None
    a_day: str


def statistics_files(whole: Whole) -> Iterator[PublicFile]:
    """Yield the page of all agencies, and each agency's page and table of its months."""
    by_agency: dict[str, list[Month]] = {}
    for each in sorted(whole.months, key=lambda each: (each.agency_id, each.month)):
        by_agency.setdefault(each.agency_id, []).append(each)
    safety = {"below": whole.policy.suppress_below, "to": whole.policy.round_to}
    for frame in frames(whole):
        yield page(
            frame,
            "statistics/index.html",
            "statistics.html",
            {"rows": _rows(frame, by_agency), **safety},
            title=frame.tongue.say("Statistics"),
            about=frame.tongue.say("Counts by month, and what they do not say."),
            here="statistics",
        )
        for agency_id, months in by_agency.items():
            yield _agency_page(frame, agency_id, months, safety)
    for agency_id, months in by_agency.items():
        yield PublicFile(path=f"statistics/{agency_id}.csv", body=_csv(agency_id, months))


def _agency_page(
    frame: Frame, agency_id: str, months: Sequence[Month], safety: Mapping[str, int]
) -> PublicFile:
    partner = frame.whole.partners.get(agency_id)
    name = agency_id if partner is None else partner.name
    newest, shown = months[-1], months[-_SHOWN:]
    cells = newest.counts.cells
    areas = tuple(sorted({area for area, _ in cells} - {TOTAL, "*"}))
    labels = _labels(frame, [newest])
    return page(
        frame,
        f"statistics/{agency_id}.html",
        "counts.html",
        {
            "agency_id": agency_id,
            "name": name,
            "known": partner is not None,
            "newest": newest.month,
            "areas": areas,
            "lines": [_line(frame, newest, label, areas) for label in (*labels, TOTAL)],
            "months": [each.month for each in reversed(shown)],
            "history": _history(frame, shown),
            "bars": _bars(shown),
            "most": max((each.counts.total or 0 for each in shown), default=0),
            "chart": _CHART,
            **safety,
        },
        title=f"{name}: {frame.tongue.say('Statistics')}",
        about=frame.tongue.say("One agency's counts by month, and what they do not say."),
        here="statistics",
    )


def _rows(frame: Frame, by_agency: Mapping[str, Sequence[Month]]) -> list[Row]:
    found = []
    for agency_id, months in by_agency.items():
        partner, newest = frame.whole.partners.get(agency_id), months[-1]
        row = Row(
            agency_id=agency_id,
            name=agency_id if partner is None else partner.name,
            state="" if partner is None else partner.state,
            month=newest.month,
            total=newest.counts.total,
            a_day=_rate(frame, newest.counts.total, newest.days),
        )
        found.append(row)
    return sorted(found, key=lambda each: (each.state, each.name, each.agency_id))


def _labels(frame: Frame, months: Sequence[Month]) -> list[str]:
    found = {label for month in months for _, label in month.counts.cells} - {TOTAL}
    return sorted(found, key=frame.tongue.say)


def _line(frame: Frame, month: Month, label: str, areas: Sequence[str]) -> Line:
    cells = month.counts.cells
    total = cells.get((TOTAL, label))
    return Line(
        label=frame.tongue.say(label),
        cells=tuple(cells.get((area, label), 0) for area in areas),
        total=total,
        a_day=_rate(frame, total, month.days),
    )


def _history(frame: Frame, months: Sequence[Month]) -> list[Line]:
    """Return each kind's sums by month, newest first; none at all looks like few: hidden."""
    lines = []
    for label in (*_labels(frame, months), TOTAL):
        cells = tuple(each.counts.cells.get((TOTAL, label)) for each in reversed(months))
        lines.append(Line(label=frame.tongue.say(label), cells=cells, total=None, a_day=""))
    return lines


def _bars(months: Sequence[Month]) -> list[Bar]:
    width, height = _CHART
    room = (width - 50) // max(len(months), 1)
    most = max((each.counts.total or 0 for each in months), default=0)
    bars = []
    for number, month in enumerate(months):
        total = month.counts.total
        tall = None if total is None else round(total / max(most, 1) * (height - 50))
        bar = Bar(
            x=45 + number * room,
            wide=min(room - 6, 60),
            top=None if tall is None else height - 30 - tall,
            height=tall,
            month=month.month,
            total=total,
        )
        bars.append(bar)
    return bars


def _rate(frame: Frame, total: int | None, days: int) -> str:
    return "" if total is None else frame.tongue.decimal(total / days)


def _csv(agency_id: str, months: Sequence[Month]) -> bytes:
    """Return all months: an empty area or kind is a sum, an empty count is hidden."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("month", "agency", "area", "kind", "reports"))
    for month in months:
        for (area, label), count in sorted(month.counts.cells.items()):
            names = (month.month, agency_id, "" if area == "*" else area, label)
            writer.writerow((*map(safe_cell, names), "" if count is None else count))
    return out.getvalue().encode()
