"""Samples of one-line pages: separator and labels are proposed, a clock is dated by its mail."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.agencies import load_agency, schemas_folder
from pipeline.feeds import read_payload, to_incident
from pipeline.feeds.mail_head import written
from pipeline.onboarding import as_lines, merged, read_sample
from pipeline.onboarding.mailed import unpacked
from pipeline.onboarding.one_line import line_form, line_leaves
from pipeline.usecases.dry_run import Throwaway
from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.settings import load_settings

NOW = datetime(2026, 6, 10, tzinfo=UTC)
TYPES = ("GAS LEAK", "BURGLARY PAST", "WIRES DOWN", "VEHICLE FIRE", "NOISE COMPLAINT")
CALLERS = ("JORUN THISTLEWOOD", "WANDA QUILLFEATHER", "ORLA TENNFJORD")
STORIES = ("SMELLS IT BEHIND THE SHED", "REAR DOOR WAS FORCED", "POLE LEANS OVER THE ROAD")


def sent(n: int) -> datetime:
    """Return when a mail went out; the fourth went shortly behind midnight in Chicago."""
    return datetime(2026, 6, 9, 15, 7, tzinfo=UTC) + timedelta(hours=n * 3, minutes=n % 3 - 4)


def semicolons(n: int) -> str:
    clock = (sent(n) - timedelta(hours=5, minutes=5)).strftime("%H:%M:%S")
    units = f"UNITS E{n},L2;" if n % 4 else ""  # not every call has one
    return (
        f"CAD MSG: {TYPES[n % 5]};{n}12 N OAK ST;ELM BLUFF;;CFS 26-{7000 + n};RCVD {clock};{units}"
        f"RP {CALLERS[n % 3]} 920-555-01{n:02};{STORIES[n % 3]}, CB 920-555-01{n:02}"
    )


def bars(n: int) -> str:
    clock = (sent(n) - timedelta(hours=5, minutes=5)).strftime("%H:%M")
    return (
        f"{TYPES[n % 5]} | ADDR: {n}12 N OAK ST | INC: 26-{7000 + n} | TIME: {clock}"
        f" | RP {CALLERS[n % 3]} | {STORIES[n % 3]}"
    )


def dashes(n: int) -> str:
    clock = (sent(n) - timedelta(hours=5, minutes=5)).strftime("%H:%M")
    return (
        f"CAD: {TYPES[n % 5]} - {n}12 N OAK ST - INC# 26-{7000 + n} - RCVD {clock}"
        f" - UNITS E{n} - {STORIES[n % 3]}"
    )


FORMS = {
    "semicolons": (semicolons, ";", "CFS", "CAD MSG", "part 2", "RCVD"),
    "bars": (bars, "|", "INC", "part 1", "ADDR", "TIME"),
    "dashes": (dashes, " - ", "INC#", "CAD", "part 2", "RCVD"),
}


def mail(n: int, text: str, behind: str = "") -> bytes:
    date = sent(n).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"Date: {date}\nFrom: pager@elm-bluff.example\nSubject: CAD Page\nMIME-Version: 1.0\n\n"
        f"{text}\n{behind}"
    ).encode()


def made(tmp_path: Path, mails: list[bytes]) -> OnboardReport:
    for n, body in enumerate(mails):
        (tmp_path / f"{n:02}.eml").write_bytes(body)
    request = Request(
        agency_id="elm-bluff-pd",
        samples=tuple(tmp_path / f"{n:02}.eml" for n in range(len(mails))),
        timezone="America/Chicago",
        into=tmp_path / "agencies",
    )
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    return onboard(settings, request, now=NOW)


@pytest.mark.parametrize("form", FORMS)
def test_one_line_pages_are_parted_mapped_and_dated(form: str, tmp_path: Path) -> None:
    write, separator, number, kind, street, clock = FORMS[form]
    mails = [mail(n, write(n), "\n-- \nJoint Dispatch\n" if n == 2 else "") for n in range(12)]
    report = made(tmp_path, mails)
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.separator == separator
    mapped = {field.value: spec.paths for field, spec in agency.fields.items()}
    wanted = {"cfs_number": (number,), "call_type": (kind,), "address": (street,)}
    assert {name: mapped.get(name) for name in wanted} == wanted
    assert mapped["opened_at"] == ("mail date", clock)
    assert [remark.text for remark in agency.remarks] == ["rest"]
    assert report.trial.refused == {}
    assert not any(state.startswith("quarantined") for state in report.trial.states)
    for n, body in enumerate(mails):
        payload = unpacked(body)
        landed = written(payload.heads, ["date"]).encode() + payload.body
        (record,) = read_payload(landed, agency).records
        incident = to_incident(record, agency, seal=Throwaway(), received_at=NOW)
        assert incident.call_types[0].expose() == TYPES[n % 5]
        at = sent(n) - timedelta(minutes=5)
        exact = at if form == "semicolons" else at.replace(second=0)
        assert incident.opened_at == exact
        assert STORIES[n % 3] in incident.remarks[0].text.expose()
    told = (report.folder / "agency.yml").read_text()
    assert not any(word in told for name in CALLERS for word in name.split())


def plain_clock(n: int, minutes: int = 5) -> str:
    clock = (sent(n) - timedelta(hours=5, minutes=minutes)).strftime("%H:%M")
    stars = "**CANCEL** " if n == 3 else ""
    return f"{stars}CALL:{TYPES[n % 5]}; LOC:{n}12 N OAK ST; TWN:ELM BLUFF; ID:F{7000 + n}; {clock}"


def paged(n: int, text: str) -> bytes:
    """Return a mail of one line with a page that has a table besides."""
    message = EmailMessage()
    message["Date"] = sent(n)
    message["From"], message["Subject"] = "pager@elm-bluff.example", "CAD Page"
    message.set_content(text)
    message.add_alternative("<table><tr><td>Nature</td><td>GAS</td></tr></table>", subtype="html")
    return message.as_bytes()


def test_a_clock_without_a_name_opens_a_call_where_it_lies_shortly_before_each_mail(
    tmp_path: Path,
) -> None:
    report = made(tmp_path, [paged(n, plain_clock(n)) for n in range(12)])

    fields = {choice.field.value: choice.paths for choice in report.inferred.fields}
    assert fields["opened_at"] == ("mail date", "rest")
    assert fields["call_type"] == ("CALL",)
    assert not any(state.startswith("quarantined") for state in report.trial.states)
    assert any(each.startswith("mail: each mail has a page") for each in report.undecided)


def test_a_clock_far_from_its_mail_opens_none_and_the_mails_own_date_is_doubted(
    tmp_path: Path,
) -> None:
    report = made(tmp_path, [mail(n, plain_clock(n, minutes=300)) for n in range(12)])

    fields = {choice.field.value: choice.paths for choice in report.inferred.fields}
    assert fields["opened_at"] == ("mail date",)
    assert any(each.startswith("opened_at: is when the mail was sent") for each in report.undecided)


def test_a_word_that_one_caller_said_is_no_label() -> None:
    texts = [semicolons(n) for n in range(10)]
    texts[3] += ";UNITY SAYS: GATE CODE 12;MAP OF THE HOUSE IS TORN"
    form = line_form(texts)
    assert form is not None
    assert form.labels == ("CAD MSG", "CFS", "RCVD", "RP", "UNITS")


def test_labels_of_all_pages_count_whichever_the_first_has() -> None:
    samples = as_lines([read_sample(mail(n, semicolons(n))) for n in range(8)])
    assert {sample.labels for sample in samples} == {("CAD MSG", "CFS", "RCVD", "RP", "UNITS")}
    whole = merged(samples)
    units = next(column for column in whole.columns if column.path == "UNITS")
    assert [bool(row) for row in units.rows] == [bool(n % 4) for n in range(8)]


@pytest.mark.parametrize(
    "text",
    [
        "CALL: FIRE | ADDR: 12 ELM ST | INFO: SMOKE | UNIT: E1",  # labelled text as any other
        "ONE; TWO; THREE; FOUR",
        "EBPAGE|267001|06-11-26 10:05:00|T1|GAS LEAK|100 LARCH ST|THISTLEWOOD|920-555-0110|SMOKE",
        "He said; she said; they left; nobody RP came",
    ],
)
def test_other_lines_are_none_of_these(text: str) -> None:
    assert line_form([text] * 5) is None


def test_samples_of_another_form_are_left_alone() -> None:
    table = read_sample(b"Call,Time,Type\n26-1,2026-06-09 10:00,FIRE\n26-2,2026-06-09 11:00,GAS\n")
    page = read_sample(mail(1, semicolons(1)))
    assert as_lines([table]) == [table]
    assert as_lines([table, replace(page, separator="")]) == [table, replace(page, separator="")]


@pytest.mark.parametrize("part", ["9" * 100_000, "1 " * 50_000, "A:" * 40_000, "RP " * 30_000])
def test_parts_of_any_length_are_judged_at_once(part: str) -> None:
    texts = [f"CAD: FIRE;{part};CFS 26-{n};RCVD 14:02;{part}" for n in range(3)]
    began = time.process_time()
    form = line_form(texts)
    assert form is not None
    line_leaves(texts, form)
    assert time.process_time() - began < 3
