"""Drift: a feed is compared with its own past, and the change to agency.yml is proposed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from elm_bluff import AGENCY, CANARIES, Line, call

from pipeline.adapters.store.drifting import counts_since
from pipeline.feeds.drift import DriftCode, hour_of, shifts
from pipeline.usecases.drift import DriftReport, drift
from pipeline.usecases.resources import open_database


def delivered(line: Line, first: int, **values: str) -> Line:
    """Deliver thirty calls, walk them, and return the line a day later."""
    opened = f"{line.at - timedelta(hours=7):%Y-%m-%d %H:%M:%S}"  # an hour ago, local time
    rows = [call(str(n), opened=opened, **values) for n in range(first, first + 30)]
    line.deliver(f"{first}.csv", rows)
    line.run()
    return line.later(24 * 60)


def report_of(line: Line) -> DriftReport:
    (report,) = drift(line.settings, now=line.at - timedelta(days=1), hours=1)
    return report


def test_a_quiet_feed_has_not_changed(sqlite_line: Line) -> None:
    line = delivered(delivered(sqlite_line, 100), 200)

    report = report_of(line)

    assert (report.shifts, report.diff) == ((), "")


def test_a_new_field_a_lost_one_and_a_new_code_are_told_with_a_diff(sqlite_line: Line) -> None:
    line = delivered(sqlite_line, 100)
    line = delivered(line, 200, type="SINKHOLE", caller_weight="Quillon", lat="", notes="x" * 200)

    report = report_of(line)

    told = {(shift.code, shift.field) for shift in report.shifts}
    assert told >= {
        (DriftCode.FIELD_NEW, "caller_weight"),
        (DriftCode.FIELD_MISSING, "latitude"),
        (DriftCode.CALL_TYPE_NEW, "SINKHOLE"),
    }
    assert "+  - caller_weight  # new; searched for, never shown" in report.diff
    assert "+#  SINKHOLE: " in report.diff
    assert [each for each in CANARIES if each in f"{report}"] == []
    assert line.states()["held"] == 30  # nothing of it became public meanwhile


TOLD = {"cfs": "cfs_number", "type": "call_type", "opened": "opened_at", "notes": ""}
SPACES = {"": "{}", "urn:elm": "*[local-name()='{}']"}


@pytest.mark.parametrize("space", SPACES)
def test_a_new_field_whose_name_a_value_tells_is_proposed_by_that_name(
    sqlite_line: Line, space: str
) -> None:
    line, prefix = sqlite_line, "e:" if space else ""
    line.change(format=None)
    line.change(
        format={"kind": "xml", "records": f"/{prefix}Calls/{prefix}Call", "max_bytes": 100_000},
        transport={"pattern": "*.xml"},
        remarks=[{"text": f"{prefix}Col[@name='notes']"}],
        people=[],
        fields=dict.fromkeys(AGENCY["fields"])
        | {
            field: {"path": f"{prefix}Col[@name='{name}']", "presence": "required"}
            for name, field in TOLD.items()
            if field
        },
    )
    if space:
        line.change(format={"namespaces": {"e": space}})
    for first, more in ((100, {}), (200, {"weight": "Quillon Abernathwy"})):
        opened = f"{line.at - timedelta(hours=7):%Y-%m-%d %H:%M:%S}"
        rows = [call(str(n), opened=opened) for n in range(first, first + 30)]
        cells = [{**{name: row[name] for name in TOLD}, **more} for row in rows]
        inner = (
            "".join(f'<Col name="{name}">{value}</Col>' for name, value in each.items())
            for each in cells
        )
        body = "".join(f"<Call>{each}</Call>" for each in inner)
        line.deliver_bytes(f"{first}.xml", f'<Calls xmlns="{space}">{body}</Calls>'.encode())
        line.run()
        line = line.later(24 * 60)

    report = report_of(line)

    assert [(s.code, s.field) for s in report.shifts if s.code is DriftCode.FIELD_NEW] == [
        (DriftCode.FIELD_NEW, "Col[@name='weight']")
    ]
    path = SPACES[space].format("Col") + "[@name='weight']"
    assert f'+  - "{path}"  # new; searched for, never shown' in report.diff
    assert "Quillon" not in f"{report}"


@pytest.mark.parametrize(
    ("kind", "records", "before", "after", "field", "line_of_diff"),
    [
        (
            "json",
            "data.calls",
            '{{"meta": {{"v": 1}}, "data": {{"calls": [{}]}}}}',
            '{{"meta": {{"v": 1, "weight": "Quillon"}}, "data": {{"calls": [{}]}}}}',
            "$.meta.weight",
            '+  - "$.meta.weight"  # new, outside of the records; never shown',
        ),
        (
            "xml",
            "/Calls/Call",
            "<Calls>{}</Calls>",
            "<Calls><Weight>Quillon</Weight>{}</Calls>",
            "/Calls/Weight",
            '+  - "/Calls/Weight"  # new, outside of the records; never shown',
        ),
    ],
)
def test_a_new_field_of_an_envelope_is_told_and_proposed_as_ignored(
    sqlite_line: Line,
    kind: str,
    records: str,
    before: str,
    after: str,
    field: str,
    line_of_diff: str,
) -> None:
    line = sqlite_line
    line.change(format=None)
    line.change(
        format={"kind": kind, "records": records, "max_bytes": 100_000},
        transport={"pattern": "*.*"},
    )
    for first, around in ((100, before), (200, after)):
        opened = f"{line.at - timedelta(hours=7):%Y-%m-%d %H:%M:%S}"
        rows = [call(str(n), opened=opened) for n in range(first, first + 30)]
        written = (
            ", ".join(map(json.dumps, rows))
            if kind == "json"
            else "".join(
                "<Call>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</Call>"
                for row in rows
            )
        )
        line.deliver_bytes(f"{first}.{kind}", around.format(written).encode())
        line.run()
        line = line.later(24 * 60)

    report = report_of(line)

    new = [shift.field for shift in report.shifts if shift.code is DriftCode.FIELD_NEW]
    assert new == [field]
    assert line_of_diff in report.diff
    assert "Quillon" not in f"{report}"


def test_volume_is_compared_with_the_same_hours_of_earlier_weeks(sqlite_line: Line) -> None:
    at = sqlite_line.at
    counts = {(hour_of(at - timedelta(days=7 * week)), "records", ""): 100 for week in range(1, 5)}
    counts[hour_of(at), "records", ""] = 20

    (shift,) = shifts(counts, since=at, until=at)

    assert (shift.code, shift.before, shift.now) == (DriftCode.VOLUME, 100, 20)


def test_lag_and_null_rate_shift(sqlite_line: Line) -> None:
    at, before = sqlite_line.at, sqlite_line.at - timedelta(days=1)
    counts = {}
    for hour, filled, lag in ((before, 100, 60), (at, 60, 7200)):
        counts |= {
            (hour_of(hour), "records", ""): 100,
            (hour_of(hour), "filled", "address"): filled,
            (hour_of(hour), "chars", "address"): filled * 20,
            (hour_of(hour), "lag", ""): 100 * lag,
            (hour_of(hour), "lagged", ""): 100,
        }

    found = shifts(counts, since=at, until=at)

    assert [shift.code for shift in found] == [DriftCode.LAG, DriftCode.NULL_RATE]


def test_words_of_a_yes_no_field_that_nobody_knows_are_told_and_not_kept(
    sqlite_line: Line,
) -> None:
    line = delivered(sqlite_line, 100, closed="Y", mark="no")
    line = delivered(line, 200, closed="CLEARED BY QUILLON", mark="no")

    report = report_of(line)

    assert {(s.code, s.field, s.before, s.now) for s in report.shifts} == {
        (DriftCode.VALUE_NEW, "closed", 0, 1.0),
        (DriftCode.VALUE, "closed", 1.0, 0.0),
        (DriftCode.LENGTH, "closed", 1.0, 18.0),
    }
    assert "QUILLON" not in f"{report}"


def test_counts_from_before_values_were_counted_are_no_shift(sqlite_line: Line) -> None:
    at, before = sqlite_line.at, sqlite_line.at - timedelta(days=1)
    counts = {
        (hour_of(hour), measure, field): 100
        for hour in (at, before)
        for measure, field in (("records", ""), ("filled", "closed"), ("chars", "closed"))
    }
    counts |= {(hour_of(at), measure, "closed"): 100 for measure in ("judged", "yes", "strange")}

    assert shifts(counts, since=at, until=at) == ()


_AGREED: list[str] = AGENCY["agreement"]["fields"]  # type: ignore[index,call-overload]
CODED: dict[str, Any] = {
    "fields": {
        "priority": {"path": "prio", "presence": "optional"},
        "district": {"path": "beat", "presence": "optional"},
    },
    "agreement": {"fields": [*_AGREED, "priority"]},
}


def stored(line: Line) -> dict[tuple[str, str, str], int]:
    with open_database(line.settings) as store, store.read() as tx:
        return counts_since(tx, "elm-bluff", "")


def test_a_code_that_was_never_said_is_told_and_kept_as_a_digest_alone(sqlite_line: Line) -> None:
    sqlite_line.change(**CODED)
    line = delivered(sqlite_line, 100, prio="P2", beat="Quillon North")
    line = delivered(line, 200, prio="QUILLON 7", beat="Quillon South")

    report = report_of(line)

    told = {(s.code, s.field, s.before, s.now) for s in report.shifts}
    assert (DriftCode.VALUE_NEW, "priority", 0, 1.0) in told
    assert [s.field for s in report.shifts if s.code is DriftCode.VALUE_NEW] == ["priority"]
    kept = {field for _, measure, field in stored(line) if measure == "said"}
    assert len(kept) == 2  # the district is no field of the agreement
    assert all(re.fullmatch(r"priority [0-9a-f]{16}", field) for field in kept)
    assert "quillon" not in f"{stored(line)}{report}".lower()


def test_a_field_of_many_words_says_no_codes(sqlite_line: Line) -> None:
    sqlite_line.change(**CODED)
    line = sqlite_line
    for first in (100, 200):
        rows = [call(str(n), prio=f"note {n}") for n in range(first, first + 41)]
        line.deliver(f"{first}.csv", rows)
        line.run()
        line = line.later(24 * 60)

    assert not [s for s in report_of(line).shifts if s.code is DriftCode.VALUE_NEW]
    assert {measure for _, measure, _ in stored(line)} >= {"uncoded"}
    assert "said" not in {measure for _, measure, _ in stored(line)}


@pytest.mark.parametrize(("number", "told"), [(4, False), (5, True)])
def test_a_code_of_few_records_is_taken_for_a_slip(
    number: int, told: bool, sqlite_line: Line
) -> None:
    at, before = sqlite_line.at, sqlite_line.at - timedelta(days=1)
    counts = {(hour_of(hour), "records", ""): 100 for hour in (at, before)}
    counts |= {(hour_of(hour), "said", "priority aa"): 90 for hour in (at, before)}
    counts[hour_of(at), "said", "priority bb"] = number

    found = shifts(counts, since=at, until=at)

    assert [(s.code, s.field) for s in found] == [(DriftCode.VALUE_NEW, "priority")] * told


def test_shares_are_compared_with_the_same_hours_of_earlier_weeks(sqlite_line: Line) -> None:
    at = sqlite_line.at
    week, night = at - timedelta(days=7), at - timedelta(hours=12)
    counts = {}
    for hour, filled, chars, lag in (
        (week, 20, 50, 4000),
        (night, 100, 5, 60),
        (night - timedelta(days=1), 100, 5, 60),
        (at, 20, 50, 4000),
    ):
        counts |= {
            (hour_of(hour), "records", ""): 100,
            (hour_of(hour), "filled", "address"): filled,
            (hour_of(hour), "chars", "address"): filled * chars,
            (hour_of(hour), "lag", ""): 100 * lag,
            (hour_of(hour), "lagged", ""): 100,
        }

    assert shifts(counts, since=at, until=at) == ()

    for key in counts:  # too few to say anything: all the past counts
        if key[0] == hour_of(week):
            counts[key] //= 10
    assert {shift.code for shift in shifts(counts, since=at, until=at)} >= {
        DriftCode.LAG,
        DriftCode.LENGTH,
        DriftCode.NULL_RATE,
    }
