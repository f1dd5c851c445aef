"""Tables without names for their columns, with words around them, as pages to pagers are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.agencies import load_agency, schemas_folder
from pipeline.agencies.agency import CanonicalField, FormatKind
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.model import Refused
from pipeline.onboarding import infer, merged, read_sample, with_columns
from pipeline.usecases.onboard import Request, onboard
from pipeline.usecases.settings import load_settings

ZONE = ZoneInfo("America/Chicago")
TYPES = ("GAS LEAK", "BURGLARY - PAST", "WIRES DOWN", "VEHICLE FIRE")
NAMES = (
    "flag",
    "call number",
    "received",
    "code",
    "nature",
    "address",
    "caller",
    "phone",
    "remarks",
)


def page(n: int, *, front: str = "", behind: str = "") -> bytes:
    head = "From: pager@elm-bluff.example\nSubject: PAGE\nMIME-Version: 1.0\n\n"
    row = (
        f"EBPAGE|26{7000 + n}|06-{10 + n}-26 10:05:00|T{n % 4}|{TYPES[n % 4]}|{n}00 LARCH ST"
        f"|THISTLEWOOD, JORUN|920-555-01{10 + n}|SAYS SMOKE SHOWS BEHIND HOUSE {n}, CALL BACK"
    )
    return f"{head}{front}{row}\n{behind}".encode()


def test_pages_of_one_line_are_a_table_whatever_stands_around_it() -> None:
    banner = "[EXTERNAL] This came from outside.\n\n"
    sample = merged(
        [read_sample(page(0)), read_sample(page(1, front=banner, behind="\n-- \nDispatch\n"))]
    )

    assert sample.kind is FormatKind.TABLE
    assert sample.delimiter == "|"
    assert sample.count == 2
    around = next(each for each in sample.columns if each.path == "words around")
    assert around.rows == ((), ("[EXTERNAL] This came from outside.", "Dispatch"))


def test_a_word_that_every_call_says_is_no_type() -> None:
    sample = merged([read_sample(page(n)) for n in range(5)])

    found = infer(sample, ZONE, {}, lambda text: float(text in TYPES))

    kind = next(each for each in found.fields if each.field is CanonicalField.CALL_TYPE)
    assert kind.paths == ("column 5",)


def test_columns_that_somebody_names_are_mapped_by_their_names(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.eml" for n in range(5)]
    for n, path in enumerate(paths):
        path.write_bytes(page(n, behind="\n-- \nElm Bluff Joint Dispatch\n" if n == 3 else ""))
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd",
        samples=tuple(paths),
        timezone=ZONE.key,
        columns=NAMES,
        into=tmp_path,
    )

    report = onboard(settings, request, now=datetime(2026, 6, 20, tzinfo=UTC))

    fields = {each.field.value: each.paths for each in report.inferred.fields}
    assert fields["cfs_number"] == ("call number",)
    assert fields["opened_at"] == ("received",)
    assert fields["call_type"] == ("nature",)
    assert fields["address"] == ("address",)
    (caller,) = report.inferred.people
    assert caller.parts == {"name": ("caller",)}
    assert "phone" in [each.path for each in report.inferred.private]
    assert not any(each.startswith("format.columns") for each in report.undecided)
    agency = load_agency(report.folder, dialects=schemas_folder())
    assert agency.format.columns == NAMES
    bodies = sorted((report.folder / "payloads").iterdir())
    records = [each for body in bodies for each in read_payload(body.read_bytes(), agency).records]
    assert len(records) == 5
    assert not any(isinstance(each, RefusedRecord) for each in records)


@pytest.mark.parametrize("names", [NAMES[:3], (*NAMES[:-1], "flag"), (*NAMES[:-1], "")])
def test_columns_are_named_each_and_once(names: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="name each, once"):
        with_columns(read_sample(page(0)), names)


def test_a_total_below_a_table_is_no_call() -> None:
    rows = [f"26-{n};2026-06-09 10:0{n};{TYPES[n % 4]};{n}00 LARCH ST" for n in range(6)]
    body = "\n".join(("Call No;Received;Nature;Address", *rows, "*** 6 calls ***;;;"))

    sample = read_sample(body.encode())

    assert sample.count == 6
    around = next(each for each in sample.columns if each.path == "words around")
    assert set(around.texts) == {"*** 6 calls ***;;;"}


def test_a_printed_list_of_headers_alone_has_no_calls() -> None:
    header = f"{'Call No':10}{'Received':18}{'Nature':16}Address\n"

    assert read_sample((header * 2).encode()).count == 0


def test_what_one_record_says_before_a_colon_is_written_nowhere(tmp_path: Path) -> None:
    said = "Behind the barn of Jorun Thistlewood"
    lines = [
        f"Call No: 26-{7000 + n}\nReceived: 2026-06-09 10:0{n}:00\nNature: {TYPES[n % 4]}\n"
        f"Address: {n}00 LARCH ST\nRemarks: smoke shows"
        + (f"\n{said}: nobody is in there any more they say" if n == 2 else "")
        + ("\nDisposition: RPT" if n == 3 else "")
        for n in range(6)
    ]
    (tmp_path / "sample").write_text("\n\n".join(lines))
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd", samples=(tmp_path / "sample",), timezone=ZONE.key, into=tmp_path
    )

    report = onboard(settings, request, now=datetime(2026, 6, 20, tzinfo=UTC))

    assert report.records == 6
    written = (report.folder / "agency.yml").read_text()
    assert "Thistlewood" not in written
    assert "Disposition" in written  # a name that exports use, however seldom
    assert any(each.startswith("names: 1 may be somebody") for each in report.undecided)
