"""An agency from a sample file to its folder, by configuration alone, and out of shadow."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from shapes import NAMES, SHAPES, TYPES, Shape, told_names

from pipeline.agencies import load_agency, schemas_folder
from pipeline.agencies.transport import Mailbox
from pipeline.cli.onboard_app import _report, show_trial, trial_as_json
from pipeline.model import NoticeCode, PayloadRefused, Refused
from pipeline.onboarding import read_sample
from pipeline.usecases.dry_run import dry_run
from pipeline.usecases.going_live import going_live, told
from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.queue import held_queue, pending_queue
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.sign_off import Signer, sign_off, sign_together
from pipeline.usecases.walk import walk_files, walk_landed

NOW = datetime(2026, 6, 10, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {
            "BLOTTER_HOME": str(tmp_path / "home"),
            "BLOTTER_PUBLIC": str(tmp_path / "public"),
            "BLOTTER_AGENCIES": str(ROOT / "sample_feeds"),
        }
    )


def made(settings: Settings, tmp_path: Path, shape: Shape, **more: str) -> OnboardReport:
    path = tmp_path / "sample.bin"
    path.write_bytes(shape.body)
    request = Request(
        agency_id="elm-bluff-pd",
        samples=(path,),
        timezone=more.get("timezone", "America/Chicago"),
        name="Elm Bluff Police",
        place="Elm Bluff",
        into=tmp_path / "agencies",
    )
    return onboard(settings, request, now=NOW)


def closed(report: OnboardReport) -> None:
    """Assert that what is undecided stays closed."""
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.shadow
    assert agency.agreement.signed is None
    assert [category.value for category in agency.agreement.categories] == ["administrative"]
    assert "LOCKOUT ZZ9" not in agency.call_types
    assert set(agency.call_types) == {t.code.upper() for t in report.types if t.accepted}
    assert report.trial.agreed["held unknown-call-type"] >= 3


@pytest.mark.parametrize("name", SHAPES)
def test_an_unseen_shape_is_mapped_without_a_hand_and_closed_where_undecided(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    shape = SHAPES[name]()

    report = made(settings, tmp_path, shape)

    assert report.dialect == shape.dialect
    assert report.kind == shape.kind
    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert {field: found.get(field) for field in shape.fields} == shape.fields
    assert "|".join(remark.text for remark in report.inferred.remarks) == shape.remark
    assert tuple(each.value for each in report.inferred.key) == shape.key
    assert tuple(each.value for each in report.inferred.repair) == shape.repair
    assert report.inferred.fold is shape.fold
    assert report.trial.refused == {}
    assert report.trial.states.get("pending") is None  # nothing is released before it is agreed
    assert report.trial.agreed["pending"] >= 6
    assert not any(state.startswith("quarantined") for state in report.trial.states)
    closed(report)
    told = json.dumps(_report(report), default=str)
    assert [each for each in (*NAMES, "555", "OAK ST", "smoke") if each in told] == []


def test_a_table_without_a_header_has_its_columns_numbered_until_somebody_names_them(
    settings: Settings, tmp_path: Path
) -> None:
    rows = [
        f"26-{n:04d},2026-06-09 10:{n:02d}:00,{TYPES[n % 4]},{100 + n} OAK ST" for n in range(20)
    ]
    shape = Shape(body="\n".join(rows).encode(), kind="table", fields={}, remark="")

    report = made(settings, tmp_path, shape)

    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert (found["opened_at"], found["call_type"]) == (["column 2"], ["column 3"])
    assert report.undecided[0].startswith("format.columns: ")
    path = report.folder / "agency.yml"
    assert "columns: [column 1, column 2, column 3, column 4]" in path.read_text()
    path.write_text(path.read_text().replace("column 3", "type").replace("column 2", "at"))
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.columns == ("column 1", "at", "type", "column 4")


def test_a_line_of_labels_and_values_is_never_taken_for_the_names_of_columns(
    settings: Settings, tmp_path: Path
) -> None:
    lines = [
        f"Event: 26-{n} | Nature: {TYPES[n % 4]} | Loc: {n + 100} OAK ST | "
        f"Rcvd: 2026-06-09 10:0{n}:00 | Cmts: RP {NAMES[n % 3]} says smoke on floor {n}"
        for n in range(6)
    ]
    shape = Shape(body="\n\n".join(lines).encode(), kind="labelled", fields={}, remark="")

    report = made(settings, tmp_path, shape)

    assert report.kind == "labelled"
    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert (found["cfs_number"], found["call_type"]) == (["Event"], ["Nature"])
    assert (found["opened_at"], found["address"]) == (["Rcvd"], ["Loc"])
    written = (report.folder / "agency.yml").read_text() + json.dumps(_report(report), default=str)
    assert [each for each in (*NAMES, "OAK ST", "smoke") if each in written] == []


def test_a_table_most_of_whose_rows_are_as_wide_as_its_header_is_refused_as_such(
    settings: Settings, tmp_path: Path
) -> None:
    rows = [f"26-{n},FIRE,2026-06-09 10:00:00{',x' * (n % 2)}" for n in range(9)]
    body = "\n".join(("Number,Type,Received", *rows)).encode()

    with pytest.raises(PayloadRefused) as caught:
        made(settings, tmp_path, Shape(body=body, kind="", fields={}, remark=""))

    assert caught.value.code is NoticeCode.ROW_WIDTH


def test_a_broken_line_of_json_lines_hinders_no_sample_and_is_counted(
    settings: Settings, tmp_path: Path
) -> None:
    shape = SHAPES["json-lines"]()
    lines = shape.body.splitlines()
    lines[4] = lines[4][:30]

    report = made(settings, tmp_path, replace(shape, body=b"\n".join(lines)))

    assert (report.kind, report.records) == ("json-lines", len(lines) - 1)
    assert report.trial.records == len(lines)
    assert report.trial.agreed["quarantined line-broken"] == 1
    assert report.trial.agreed["pending"] >= 6
    text = (report.folder / "agency.yml").read_text()
    assert 'records: "@"' in text
    assert (report.folder / "payloads" / "sample-1.jsonl").read_bytes() == b"\n".join(lines)


SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><Sent>today</Sent>'
    '<By of="desk">Sunrise Shift</By></s:Header><s:Body><Reply n="2">{}</Reply></s:Body>'
    "</s:Envelope>"
)


@pytest.mark.parametrize("records", [1, 30])
def test_calls_in_a_soap_body_are_found_and_the_envelope_is_named(
    settings: Settings, tmp_path: Path, records: int
) -> None:
    calls = "".join(
        f"<Call><IncidentNumber>26-{n:06d}</IncidentNumber><Nature>{TYPES[n % 4]}</Nature>"
        f"<Received>2026-06-09T10:{n:02d}:00-05:00</Received><Address>{n} OAK ST</Address></Call>"
        for n in range(records)
    )
    report = onboarded(settings, tmp_path, SOAP.format(calls).encode())

    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.records == "/s:Envelope/s:Body/Reply/Call"
    assert report.trial.records == records
    uses = {each.path: each.use for each in report.trial.coverage if each.path.startswith("/")}
    assert uses == dict.fromkeys(
        (
            "/Envelope/Header/Sent",
            "/Envelope/Header/By",
            "/Envelope/Header/By/@of",
            "/Envelope/Body/Reply/@n",
        ),
        "ignored",
    )
    new = SOAP.format(calls).replace("<Sent>", "<Weather>dry</Weather><Sent>").encode()
    tried = dry_run(settings, agency, [("new.xml", new)], now=NOW)
    assert [each.path for each in tried.coverage if each.use == "unread"] == [
        "/Envelope/Header/Weather"
    ]
    assert "dry" not in repr(tried)


def test_an_envelope_of_json_is_named_and_a_name_that_may_be_somebodys_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    rows = json.loads(SHAPES["nested"]().body)["data"]["calls"]
    document = {
        "meta": {"count": 30, "Ilse Marchetti, 920-555-0123": "on duty"},
        "data": {"calls": rows, "next": None, "unit ids": ["E1", "M2"]},
    }
    report = onboarded(settings, tmp_path, json.dumps(document).encode())

    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.records == "data.calls"
    uses = {each.path: each.use for each in report.trial.coverage if each.path.startswith("$")}
    assert uses == {
        "$.meta.count": "ignored",
        "$.meta.…": "unread",
        "$.data.unit ids[]": "ignored",
    }
    written = (report.folder / "agency.yml").read_text()
    assert "Marchetti" not in written + json.dumps(_report(report))


@pytest.mark.parametrize(
    ("name", "mapped"),
    [
        ("valid-full.json", {"place.address", "notesComponent[].notesActionComments"}),
        ("valid-call-transfer.json", {"place.address", "comments[].text", "embedded[]"}),
        ("valid-draft-of-2020.json", {"incidentComponent.incidentTypeInternalText", "latest"}),
    ],
)
def test_coverage_of_an_eido_names_the_fields_of_its_joined_object(
    settings: Settings, tmp_path: Path, name: str, mapped: set[str]
) -> None:
    body = (ROOT / "schemas" / "nena-eido" / "samples" / name).read_bytes()
    report = onboarded(settings, tmp_path, body)

    assert report.dialect == "nena-eido"
    uses = {each.path: each.use for each in report.trial.coverage}
    assert mapped <= {path for path, use in uses.items() if use == "mapped"}
    unread = {path for path, use in uses.items() if use == "unread"}
    assert unread == ({"locationComponent[].locationByValue"} if "draft" in name else set())
    assert len(uses) > 10


def test_an_unread_field_whose_name_is_hidden_is_never_said_to_be_mapped(
    settings: Settings, tmp_path: Path
) -> None:
    odd = "Ilse Marchetti, at home!"
    rows = [
        f"26-{n:06d},2026-06-09 10:{n:02d}:00,{TYPES[n % 4]},{n} OAK ST,blue" for n in range(20)
    ]
    table = "\n".join([f'No,Received/At,Nature,Address,"{odd}"', *rows]).encode()
    lines = [
        {"No": f"26-{n:06d}", "Received At": f"2026-06-09T10:{n:02d}:00-05:00",
         "Nature": TYPES[n % 4], "Address": f"{n} OAK ST", "x": {odd: "blue"}}
        for n in range(20)
    ]  # fmt: skip
    for number, (body, hidden) in enumerate(((table, "…"), (json.dumps(lines).encode(), "x.…"))):
        into = tmp_path / str(number)
        into.mkdir()
        report = onboarded(settings, into, body)
        agency = load_agency(report.folder, dialects=schemas_folder())
        plain = replace(agency, private_values=(), ignored_fields=(), people=())
        uses = {
            each.path: each.use
            for each in dry_run(settings, plain, [("a", body)], now=NOW).coverage
        }
        assert uses[hidden] == "unread"
        assert odd not in "".join(uses)
        assert {use for path, use in uses.items() if path.startswith("Received")} == {"mapped"}


def mail_of(n: int, **more: str) -> bytes:
    """Return a mail whose subject alone says what happened, and its date when."""
    lines = {
        "Incident": f"26-{4000 + n:06d}",
        "Address": f"{100 + n} OAK ST",
        "Units": "E1",
        "Notes": f"{NAMES[n % 3]} says smoke shows behind house {n}",
        **more,
    }
    text = "".join(f"{label}: {value}\n" for label, value in lines.items())
    return (
        f"From: cad@elm-bluff.example\nSubject: {TYPES[n % 4]}\n"
        f"Date: Tue, 09 Jun 2026 10:{n:02d}:00 -0500\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    ).encode()


def onboarded(settings: Settings, tmp_path: Path, *bodies: bytes) -> OnboardReport:
    paths = [tmp_path / f"{n}.eml" for n in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_bytes(body)
    request = Request(
        agency_id="elm-bluff-pd",
        samples=tuple(paths),
        timezone="America/Chicago",
        place="Elm Bluff",
        into=tmp_path / "agencies",
    )
    return onboard(settings, request, now=NOW)


@pytest.mark.parametrize("count", [1, 6])
def test_a_subject_and_a_date_stand_in_for_what_a_mails_text_does_not_say(
    settings: Settings, tmp_path: Path, count: int
) -> None:
    report = onboarded(settings, tmp_path, *(mail_of(n) for n in range(count)))

    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert found["call_type"] == ["mail subject"]
    assert found["opened_at"] == ["mail date"]
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert isinstance(agency.transport, Mailbox)
    assert agency.transport.headers == ("subject", "date")
    assert report.trial.refused == {}
    assert sum(report.trial.agreed.values()) == count
    assert not any(state.startswith("quarantined") for state in report.trial.agreed)
    uses = {each.path: each.use for each in report.trial.coverage}
    assert uses["mail subject"] == uses["mail date"] == "mapped"
    again = dry_run(settings, agency, [("other.eml", mail_of(7))], now=NOW)
    assert (again.records, again.refused) == (1, {})
    assert not any(state.startswith("quarantined") for state in again.agreed)


def test_headers_are_left_out_where_the_text_says_all(settings: Settings, tmp_path: Path) -> None:
    said = {"Call Type": "GAS LEAK", "Received": "06/09/2026 10:00:00"}
    report = onboarded(settings, tmp_path, *(mail_of(n, **said) for n in range(3)))

    assert "mail subject" not in (report.folder / "agency.yml").read_text()
    body = (report.folder / "payloads" / "sample-1.txt").read_bytes()
    assert b"Subject" not in body


def test_a_hostile_mail_against_a_mailbox_is_counted_as_refused(
    settings: Settings, tmp_path: Path
) -> None:
    report = onboarded(settings, tmp_path, mail_of(1))
    agency = load_agency(report.folder, dialects=schemas_folder())
    mails = {
        "twice": b"Subject: FIRE\n" + mail_of(2),
        "endless": mail_of(3).replace(b"Subject: ", b"Subject: " + b"x " * 60_000),
        "empty": mail_of(4).partition(b"\n\n")[0] + b"\n\n",
        "good": mail_of(5),
    }
    tried = dry_run(settings, agency, list(mails.items()), now=NOW)
    assert tried.refused == {"duplicate-name": 1, "limit-exceeded": 1, "empty-payload": 1}
    assert (tried.payloads, tried.records) == (4, 1)


def test_a_table_that_says_its_header_again_is_known_by_its_rows(
    settings: Settings, tmp_path: Path
) -> None:
    rows = [f"26-{n:06d},06/09/2026 10:{n:02d},{TYPES[n % 4]},{n} OAK ST" for n in range(20)]
    header = "Call Number,Received,Nature,Address"
    body = "\n".join([header, *rows[:10], header, *rows[10:]]).encode()

    report = onboarded(settings, tmp_path, body)

    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert found["opened_at"] == ["Received"]
    assert (report.records, report.trial.records) == (20, 20)


def test_one_call_of_told_names_is_a_record_and_no_list_of_fields(
    settings: Settings, tmp_path: Path
) -> None:
    shape = told_names('<Col name="{}">{}</Col>', "Col[@name='{}']", "<Calls>{}</Calls>", 1)

    report = made(settings, tmp_path, shape)

    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert {field: found.get(field) for field in ("call_type", "opened_at", "cfs_number")} == {
        field: shape.fields[field] for field in ("call_type", "opened_at", "cfs_number")
    }
    assert report.trial.records == 1


@pytest.mark.parametrize(
    "name", ["Ilse Marchetti", "26-0042", "E1 O'Brien", "920-555-0123", "x" * 41]
)
def test_what_may_be_a_value_is_no_name_and_never_written_down(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    shape = told_names('<Col name="{}">{}</Col>', "Col[@name='{}']")
    extra = f'<Col name="{name}">on scene</Col></Call>'.encode()

    report = made(settings, tmp_path, replace(shape, body=shape.body.replace(b"</Call>", extra)))

    written = (report.folder / "agency.yml").read_text() + json.dumps(_report(report))
    if name != "Ilse Marchetti":  # words alone may be a field's name
        assert name not in written
    assert report.trial.agreed["pending"] >= 6


def test_a_person_who_is_the_name_of_a_told_field_is_not_written_down(
    settings: Settings, tmp_path: Path
) -> None:
    shape = told_names('<Col name="{}">{}</Col>', "Col[@name='{}']")
    extra = b'<Col name="Wanda Quillfeather">seen, 920-555-0123</Col></Call>'
    body = shape.body.replace(b"</Call>", extra, 1)
    assert body.count(b"Quillfeather") == 1

    report = made(settings, tmp_path, replace(shape, body=body))

    files = [p for p in report.folder.iterdir() if p.is_file()]
    assert len(files) >= 2
    assert [p.name for p in files if "Quillfeather" in p.read_text()] == []
    assert any(each.startswith("names: 1 may be somebody") for each in report.undecided)
    assert report.trial.agreed["pending"] >= 6


@pytest.mark.parametrize("lines", [True, False])
def test_a_person_who_is_a_key_is_written_into_no_file(
    settings: Settings, tmp_path: Path, lines: bool
) -> None:
    records = [
        {
            "id": f"26-{n:05d}",
            "type": TYPES[n % 4],
            "opened": f"2026-06-09T10:{n:02d}:00-05:00",
            "Cross Streets": "ELM",
            "text": "smoke",
        }
        for n in range(20)
    ]
    records[3] |= {"Ilse Marchetti": "x", "people": {"Marchetti, Ilse 9205550123": 1}}
    body = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)

    report = made(settings, tmp_path, Shape(body=body.encode(), kind="json", fields={}, remark=""))

    files = [p for p in report.folder.iterdir() if p.is_file()]
    assert {p.name for p in files} >= {"agency.yml", "feed.schema.json"}
    assert [p.name for p in files if "Marchetti" in p.read_text()] == []
    assert "Cross Streets" in (report.folder / "agency.yml").read_text()
    assert '"opened"' in (report.folder / "feed.schema.json").read_text()


def test_coverage_names_told_fields_by_their_names(settings: Settings, tmp_path: Path) -> None:
    shape = SHAPES["told-beside-value"]()
    extra = b'<Field id="Weather" value="dry all day"/></Call>'
    first = replace(shape, body=shape.body.replace(b"</Call>", extra))

    uses = {each.path: each.use for each in made(settings, tmp_path, first).trial.coverage}

    assert uses["Field[@id='Nature']/@value"] == "mapped"
    assert uses["Field[@id='Weather']/@value"] == "unread"
    assert all(path.startswith("Field[@id='") for path in uses)


def test_coverage_of_a_mails_page_names_the_labels_that_are_read(
    settings: Settings, tmp_path: Path
) -> None:
    report = made(settings, tmp_path, SHAPES["mail-pairs"]())

    mapped = {each.path for each in report.trial.coverage if each.use == "mapped"}
    said = {path for choice in report.inferred.fields for path in choice.paths}
    assert len(said) > 3
    assert said - {"mail date", "mail subject"} <= mapped


def test_units_told_by_an_id_are_no_fields() -> None:
    units = "".join(f'<Unit id="E{n}" status="ENROUTE">x</Unit>' for n in range(3))
    call = f"<Call><No>26-1</No><Nature>FIRE</Nature>{units}</Call>"
    sample = read_sample(f"<Calls>{call * 5}</Calls>".encode())
    assert {(c.each, c.path) for c in sample.columns} == {
        ("", "No"),
        ("", "Nature"),
        ("Unit", "@id"),
        ("Unit", "@status"),
        ("Unit", "."),
    }


def test_names_that_mostly_come_again_are_no_fields() -> None:
    log = "".join(f'<Log name="{name}">x</Log>' for name in ("Note", "Units") * 2)
    call = f"<Call><No>26-1</No><Nature>FIRE</Nature>{log}</Call>"
    sample = read_sample(f"<Calls>{call * 5}</Calls>".encode())
    assert {(c.each, c.path) for c in sample.columns} == {
        ("", "No"),
        ("", "Nature"),
        ("Log", "@name"),
        ("Log", "."),
    }


def test_a_dialect_that_reads_the_sample_is_used(settings: Settings, tmp_path: Path) -> None:
    body = (ROOT / "schemas/chp/samples/valid-two-logs.xml").read_bytes()

    report = made(settings, tmp_path, Shape(body=body, kind="xml", fields={}, remark=""))

    assert report.dialect == "chp"


def test_a_dialect_is_used_also_where_half_of_the_calls_have_no_type_so_far(
    settings: Settings, tmp_path: Path
) -> None:
    typed = (ROOT / "schemas/tyler-new-world/samples/valid-full.xml").read_bytes()
    untyped = re.sub(rb"<AgencyContexts>.*?</AgencyContexts>", b"", typed, flags=re.DOTALL)
    assert untyped != typed
    paths = (tmp_path / "typed.xml", tmp_path / "untyped.xml")
    for path, body in zip(paths, (typed, untyped), strict=True):
        path.write_bytes(body)
    request = Request(agency_id="elm-bluff-pd", samples=paths, into=tmp_path / "agencies")

    report = onboard(settings, request, now=NOW)

    assert report.dialect == "tyler-new-world"


def test_a_code_of_dispatchers_words_is_written_down_and_one_with_a_name_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    types = ("BB GUN COMPLNT", "BUS INVESTIGATIO", "BUS MARTINAT", "BUS QUILLFEATHER")
    rows = [
        f"26-{n:04d},{types[n % 4]},2026-06-09 10:{n:02d}:00,{100 + n} OAK ST" for n in range(24)
    ]
    body = "\n".join(("Call Number,Call Type,Received,Address", *rows)).encode()

    report = made(settings, tmp_path, Shape(body=body, kind="table", fields={}, remark=""))

    codes = {choice.code for choice in report.types}
    assert {"BB GUN COMPLNT", "BUS INVESTIGATIO"} < codes
    written = (report.folder / "agency.yml").read_text()
    assert [name for name in ("QUILLFEATHER", "MARTINAT") if name in written] == []


@pytest.mark.parametrize("name", ["", "Elm Bluff", "../elm-bluff", "elm_bluff"])
def test_an_id_that_will_not_do_is_refused_before_anything_is_read(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    request = Request(agency_id=name, samples=(tmp_path / "none",), into=tmp_path / "agencies")

    with pytest.raises(Refused, match="id is lower-case"):
        onboard(settings, request, now=NOW)


def test_a_type_of_which_a_call_is_sensitive_waits_for_a_person(
    settings: Settings, tmp_path: Path
) -> None:
    lines = ["Incident Number,Call Type,Call Time,Address,Remarks"]
    for n in range(24):
        kind, told = (("GAS LEAK", "odor at the meter"), ("VEHICLE FIRE", "car on fire"))[n % 2]
        told = "her husband hit her and lit the seat" if n == 21 else told
        lines.append(f"26-{n:04},{kind},2026-06-01 {n:02}:15:00,{n + 10} Oak St,{told} by bay {n}")
    sample = tmp_path / "calls.csv"
    sample.write_text("\n".join(lines) + "\n")
    request = Request(agency_id="elm-bluff-pd", samples=(sample,), into=tmp_path / "agencies")
    types = {each.code: each for each in onboard(settings, request, now=NOW).types}
    assert types["GAS LEAK"].accepted
    assert types["VEHICLE FIRE"].apco[0] == "FVEH"
    assert types["VEHICLE FIRE"].sensitive
    assert not types["VEHICLE FIRE"].accepted


def test_a_folder_is_never_overwritten(settings: Settings, tmp_path: Path) -> None:
    made(settings, tmp_path, SHAPES["mail"]())

    with pytest.raises(Refused, match="there already"):
        made(settings, tmp_path, SHAPES["mail"]())


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b"<a><b></a>", b"\0"])
def test_a_file_nobody_can_read_makes_no_folder(
    settings: Settings, tmp_path: Path, body: bytes
) -> None:
    with pytest.raises(PayloadRefused):
        made(settings, tmp_path, Shape(body=body, kind="", fields={}, remark=""))

    assert not (tmp_path / "agencies").exists()


def signed_agreement(folder: Path) -> None:
    """Decide what the agreement says, as a person would."""
    path = folder / "agency.yml"
    text = path.read_text()
    text = text.replace("signed: null", "signed: 2026-06-01").replace(
        "categories: [administrative]", "categories: all"
    )
    path.write_text(text.replace("effective: 2026-06-10", "effective: 2026-06-01"))


def test_the_trial_counts_what_the_calls_say(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = made(settings, tmp_path, SHAPES["county"]())

    facts = trial_as_json(report.trial)["facts"]
    assert facts["calls"] == report.records
    assert facts["first_opened"] < facts["last_opened"]
    assert 0 < facts["call_types_listed"] < facts["call_types"]
    assert sum(n for fact, n in facts["told"].items() if "address" in fact) == facts["calls"]

    show_trial(report.trial)
    shown = capsys.readouterr().out
    assert "what calls say" in shown
    assert "address: a house" in shown


def test_a_file_whose_agreement_is_unsigned_is_signed_by_nobody(
    settings: Settings, tmp_path: Path
) -> None:
    folder = made(settings, tmp_path, SHAPES["county"]()).folder
    migrate(settings)

    with pytest.raises(Refused, match="agreement is unsigned"):
        sign_off(settings, str(folder), role=Signer.ENGINEER, person="Ida Okwu", now=NOW)


def test_a_code_that_is_told_otherwise_than_the_feed_writes_it_is_marked(
    settings: Settings, tmp_path: Path
) -> None:
    report = made(settings, tmp_path, SHAPES["county"]())
    text = (report.folder / "agency.yml").read_text()

    altered = [each for each in report.types if not each.exact]
    marked = [line for line in text.splitlines() if line.startswith("#~ ")]
    assert len(marked) == len(altered) > 0
    assert not any(each.accepted for each in altered)
    assert "they map nothing until" in text


def test_an_agency_in_shadow_has_no_candidates_until_two_people_signed(
    settings: Settings, tmp_path: Path
) -> None:
    folder = made(settings, tmp_path, SHAPES["active-calls"]()).folder
    signed_agreement(folder)
    settings = load_settings(
        {
            "BLOTTER_HOME": str(tmp_path / "home"),
            "BLOTTER_PUBLIC": str(tmp_path / "public"),
            "BLOTTER_AGENCIES": str(folder.parent),
        }
    )
    migrate(settings)
    walk_files(settings, folder, [folder / "payloads" / "sample-1.xml"], now=NOW)

    assert pending_queue(settings, now=NOW, agency=None, limit=50) == ()
    held = held_queue(settings, now=NOW, agency=None, limit=50)
    assert sum(row.reason == "shadow" for row in held) >= 6

    first = sign_off(settings, "elm-bluff-pd", role=Signer.ENGINEER, person="Ida Okwu", now=NOW)
    assert first.missing == (Signer.COMPLIANCE,)
    with pytest.raises(Refused, match="two different people"):
        sign_off(settings, "elm-bluff-pd", role=Signer.COMPLIANCE, person="ida okwu", now=NOW)
    with pytest.raises(Refused, match="already"):
        sign_off(settings, "elm-bluff-pd", role=Signer.ENGINEER, person="Per Lund", now=NOW)
    walk_landed(settings, now=NOW)
    assert pending_queue(settings, now=NOW, agency=None, limit=50) == ()

    sign_off(settings, "elm-bluff-pd", role=Signer.COMPLIANCE, person="Per Lund", now=NOW)
    walk_landed(settings, now=NOW)
    assert len(pending_queue(settings, now=NOW, agency=None, limit=50)) >= 6

    # Another version of the file is unsigned, also one from which the line was taken.
    path = folder / "agency.yml"
    path.write_text(path.read_text().replace("shadow: true\n", ""))
    walk_landed(settings, now=NOW)
    assert pending_queue(settings, now=NOW, agency=None, limit=50) == ()


def test_two_people_sign_together_what_they_were_shown_or_nobody_does(
    settings: Settings, tmp_path: Path
) -> None:
    folder = made(settings, tmp_path, SHAPES["active-calls"]()).folder
    signed_agreement(folder)
    settings = replace(settings, agencies=folder.parent)
    migrate(settings)
    walk_files(settings, folder, [folder / "payloads" / "sample-1.xml"], now=NOW)
    found = going_live(settings, "elm-bluff-pd", now=NOW)
    assert found.states["held shadow"] >= 6
    assert sum(found.states.values()) == found.received
    assert 0 < found.filled <= found.mapped
    assert found.signed == {}
    shown = told(found)
    assert f"| held shadow | {found.states['held shadow']} |" in shown

    def sign(engineer: str, compliance: str, version: str = found.version) -> None:
        people = {Signer.ENGINEER: engineer, Signer.COMPLIANCE: compliance}
        sign_together(settings, "elm-bluff-pd", version=version, people=people, now=NOW)

    for engineer, compliance in (("Ida Okwu", "ida okwu"), ("Ida Okwu", ""), ("", "Per Lund")):
        with pytest.raises(Refused):
            sign(engineer, compliance)
        assert going_live(settings, "elm-bluff-pd", now=NOW).signed == {}
    only = {Signer.ENGINEER: "Ida Okwu"}
    with pytest.raises(Refused, match="missing"):
        sign_together(settings, "elm-bluff-pd", version=found.version, people=only, now=NOW)
    assert going_live(settings, "elm-bluff-pd", now=NOW).signed == {}

    sign_off(settings, "elm-bluff-pd", role=Signer.ENGINEER, person="Ida Okwu", now=NOW)
    assert "Signed as engineer: Ida Okwu" in told(going_live(settings, "elm-bluff-pd", now=NOW))
    with pytest.raises(Refused, match="already"):
        sign("Mei Tan", "Per Lund")
    sign("Ida Okwu", "Per Lund")
    sign("Ida Okwu", "Per Lund")  # a task that is tried again
    with pytest.raises(Refused, match="both signed"):
        going_live(settings, "elm-bluff-pd", now=NOW)

    path = folder / "agency.yml"
    path.write_text(path.read_text() + "# mended\n")
    with pytest.raises(Refused, match="changed after"):
        sign("Ida Okwu", "Per Lund")
    assert going_live(settings, "elm-bluff-pd", now=NOW).signed == {}


def test_who_is_not_in_shadow_need_not_go_live(settings: Settings) -> None:
    migrate(settings)
    with pytest.raises(Refused, match="not in shadow"):
        going_live(settings, "juniper-falls-pd", now=NOW)


def test_a_title_that_says_more_than_a_type_is_not_written_down(
    settings: Settings, tmp_path: Path
) -> None:
    shape = SHAPES["county"]()
    titled = shape.body.replace(b"LOCKOUT ZZ9", b"FIRE AT ILSE MARCHETTI 920-555-0199")
    report = made(settings, tmp_path, replace(shape, body=titled))

    text = (report.folder / "agency.yml").read_text()
    assert "call_types:" in text
    assert "555-0199" not in text


@pytest.mark.parametrize("form", ["{kind} - {number}", "[CAD] {number} {kind}"])
def test_a_subject_that_joins_type_and_number_is_taken_apart(
    settings: Settings, tmp_path: Path, form: str
) -> None:
    mails = [
        mail_of(n)
        .replace(f"Incident: 26-{4000 + n:06d}\n".encode(), b"")
        .replace(
            f"Subject: {TYPES[n % 4]}".encode(),
            f"Subject: {form.format(kind=TYPES[n % 4], number=f'F26-{n:06d}')}".encode(),
        )
        for n in range(6)
    ]
    report = onboarded(settings, tmp_path, *mails)

    found = {c.field.value: list(c.paths) for c in report.inferred.fields}
    assert found["call_type"] == ["mail subject type"]
    assert found["cfs_number"] == ["mail subject number"]
    assert {each.code for each in report.types} == set(TYPES[:4])
    assert sum(report.trial.agreed.values()) == 6
    assert not any(state.startswith("quarantined") for state in report.trial.agreed)
    uses = {each.path: each.use for each in report.trial.coverage}
    assert uses["mail subject type"] == uses["mail subject number"] == "mapped"


@pytest.mark.parametrize("count", [1, 3])
def test_a_subject_that_does_not_come_apart_alike_is_unread_and_said_to_be(
    settings: Settings, tmp_path: Path, count: int
) -> None:
    subjects = ("GAS LEAK - F26-001234", "MVA, F26-001235, 12 OAK ST", "FIRE")
    mails = [
        mail_of(n).replace(f"Subject: {TYPES[n % 4]}".encode(), b"Subject: " + each.encode())
        for n, each in enumerate(subjects[:count])
    ]
    report = onboarded(settings, tmp_path, *mails)

    text = (report.folder / "agency.yml").read_text()
    assert "mail subject" not in text
    assert "F26-00123" not in text
    assert any(line.startswith("mail subject: ") for line in report.undecided)


def test_a_label_that_is_somebody_is_not_written_of_mails_with_headers_either(
    settings: Settings, tmp_path: Path
) -> None:
    mails = [mail_of(n, Quillfeather="is at home") for n in range(5)]
    report = onboarded(settings, tmp_path, *mails)

    assert "mail subject" in (report.folder / "agency.yml").read_text()
    assert "Quillfeather" not in (report.folder / "agency.yml").read_text()
