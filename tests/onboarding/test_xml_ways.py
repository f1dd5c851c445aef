"""Samples of XML whose calls stand in two lists or under two names are read whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import made

from pipeline.agencies import load_agency, schemas_folder
from pipeline.feeds import read_payload
from pipeline.onboarding import read_sample

KINDS = ("Gas Leak", "Burglary", "Noise Complaint", "Wires Down")


def call(n: int, name: str = "Call", more: str = "") -> str:
    at = f"2026-06-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:00"
    return (
        f"<{name}><CallNumber>26-{n:05}</CallNumber><CallType>{KINDS[n % 4]}</CallType>"
        f"<ReceivedTime>{at}</ReceivedTime><Address>{n}00 LARCH ST</Address>"
        f"<CallerName>Jorun Thistlewood {n}</CallerName>{more}</{name}>"
    )


def calls(numbers: range, name: str = "Call") -> str:
    return "".join(call(n, name) for n in numbers)


def lists(**numbers: range) -> str:
    inside = (f"<{name}>{calls(some)}</{name}>" for name, some in numbers.items())
    return f"<Feed>{''.join(inside)}</Feed>"


def named(**numbers: range) -> str:
    return f"<Feed>{''.join(calls(some, name) for name, some in numbers.items())}</Feed>"


UNITS = "".join(
    f"<Unit><CallNumber>26-{n:05}</CallNumber><Address>{n}00 LARCH ST</Address>"
    f"<CallType>{KINDS[n % 4]}</CallType><UnitID>E{n}</UnitID></Unit>"
    for n in range(10, 14)
)


@pytest.mark.parametrize(
    ("body", "records", "closed"),
    [
        (
            lists(Active=range(10, 19), Closed=range(20, 56)),
            "/Feed/Active/Call | /Feed/Closed/Call",
            36,
        ),
        (
            named(FireCall=range(10, 30), PoliceCall=range(30, 55)),
            "/Feed/FireCall | /Feed/PoliceCall",
            0,
        ),
        (
            lists(Fire=range(10, 25), Police=range(30, 45), Ems=range(50, 65)),
            "/Feed/Fire/Call | /Feed/Police/Call | /Feed/Ems/Call",
            0,
        ),
        (
            lists(Active=range(9, 10), Closed=range(20, 64)),
            "/Feed/Active/Call | /Feed/Closed/Call",
            44,
        ),
        (
            named(ActiveCall=range(10, 30), ClosedCall=range(30, 55)),
            "/Feed/ActiveCall | /Feed/ClosedCall",
            25,
        ),
        (
            f"<Feed><Calls>{calls(range(10, 55))}</Calls><Units>{UNITS}</Units></Feed>",
            "/Feed/Calls/Call",
            0,
        ),
        (
            f"<Feed><Calls>{calls(range(10, 55))}</Calls></Feed>",
            "/Feed/Calls/Call",
            0,
        ),
    ],
    ids=["lists", "names", "thirds", "a single one", "names that end", "units apart", "one list"],
)
def test_every_call_of_a_sample_is_a_record(
    body: str, records: str, closed: int, tmp_path: Path
) -> None:
    sample = read_sample(body.encode())
    assert sample.records == records
    wanted = body.count("<CallerName>")
    assert sample.count == wanted

    report = made(tmp_path, body.encode(), timezone="America/Chicago")
    agency = load_agency(report.folder, dialects=schemas_folder())
    found = read_payload(body.encode(), agency).records
    assert len(found) == wanted
    ended = [dict(r.canonical).get("closed", ())[0].expose() for r in found if closed]
    assert ended.count("true") == closed
    assert report.trial.refused == {}


def test_calls_of_another_form_are_told_and_not_ignored(tmp_path: Path) -> None:
    other = "".join(
        f"<FireCall><No>F{n}</No><Kind>MVA</Kind><Rcvd>2026-06-09</Rcvd></FireCall>"
        for n in range(9)
    )
    body = f"<Feed><Made>today</Made>{calls(range(10, 40), 'PoliceCall')}{other}</Feed>"
    report = made(tmp_path, body.encode(), timezone="America/Chicago")
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.records == "/Feed/PoliceCall"
    assert agency.ignored_fields == ("/Feed/Made",)
    unread = {each.path for each in report.trial.coverage if each.use == "unread"}
    assert "/Feed/FireCall/Kind" in unread


def test_people_outside_of_the_calls_are_looked_for_in_all_remarks(tmp_path: Path) -> None:
    people = "".join(
        f'<Person id="P{n}"><PersonName><FullName>{name}</FullName></PersonName>'
        f"<Telephone>920-555-01{n:02}</Telephone></Person>"
        for n, name in enumerate(("Jorun Thistlewood", "Orla Tennfjord"))
    )
    said = "".join(
        call(n, more=f'<Caller ref="P{n % 2}"/><Remarks>JORUN SMELLS GAS {n}</Remarks>')
        for n in range(10, 40)
    )
    body = f"<Feed><Made>today</Made>{said}{people}</Feed>".encode()
    report = made(tmp_path, body, timezone="America/Chicago")
    agency = load_agency(report.folder, dialects=schemas_folder())
    sought = {path for path in agency.private_values if path.startswith("/")}
    assert sought == {"/Feed/Person/PersonName/FullName", "/Feed/Person/Telephone"}
    assert "/Feed/Made" in agency.ignored_fields
    reading = read_payload(body, agency)
    assert len(reading.records) == 30
    for record in reading.records:
        values = {value.expose() for value in record.private_values}
        assert values >= {"Jorun Thistlewood", "Orla Tennfjord", "920-555-0100", "920-555-0101"}
    coverage = {each.path: each.use for each in report.trial.coverage}
    assert coverage["/Feed/Person/PersonName/FullName"] == "mapped"
    assert not any("people: some stand" in each for each in report.undecided)
