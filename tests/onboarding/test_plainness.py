"""No name of a feed that may be somebody's is written into a file or told to anybody."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import NOW, made
from shapes import TYPES

from pipeline.agencies import load_agency, schemas_folder
from pipeline.agencies.agency import FormatKind
from pipeline.cli.onboard_app import _print, _report, show_trial, trial_as_json
from pipeline.onboarding.plainness import Plainness, how_plain, may_be_written, told_path
from pipeline.usecases.dry_run import dry_run
from pipeline.usecases.onboard import OnboardReport
from pipeline.usecases.settings import load_settings

COUNTED = (
    *("UNIT1", "XST2", "ADDR 1", "Line 3", "Zip4", "Owner Phone 2", "1st Unit Arr", "E911 Address"),
    *("column 17", "Cross Street 1 Name", "Caller's Name", "E-mail", "ANI X", "caller_cd", "w3w"),
    ":@computed_region_43wa_7qmu",
)
VALUES = (
    *("Apt 4C", "Apt 4", "Apt C", "Apartment 4c", "Lot 9", "Gate 123", "Gate code 987", "Room 12B"),
    *("DOB 3 4 82", "Patient age 82", "Plate ABC 123", "Callback 920 555 01 10", "Call 920 555"),
    *(
        "Caller J",
        "Caller JT",
        "House of JT",
        "RP at 12 B",
        "Suspect at 12 Oak",
        "Note 4C",
        "Phone 98",
    ),
)
SOMEBODY = ("Quillfeather", "Marchetti", "Ilse")


@pytest.mark.parametrize(
    ("name", "plainness"),
    [
        ("IncidentTypeCommonRegistryText", Plainness.SURE),
        ("UnitSequenceInCallDispatch", Plainness.SURE),
        ("cross_streets", Plainness.SURE),
        ("nopd_item", Plainness.SURE),
        ("dispositions", Plainness.SURE),
        ("data.attrs", Plainness.SURE),
        ("dsptch", Plainness.USUAL),
        ("Qfx", Plainness.USUAL),
        ("jur", Plainness.USUAL),
        ("onview_flag", Plainness.BESIDE),
        ("Quillfeather", Plainness.NEVER),
        ("IlseMarchetti", Plainness.NEVER),
        ("phone_of_Marchetti", Plainness.NEVER),
        ("N9205550123", Plainness.NEVER),
        ("unit 1234", Plainness.NEVER),
        *((name, Plainness.SURE) for name in COUNTED),
        *((name, Plainness.NEVER) for name in VALUES),
        ("Qz", Plainness.USUAL),
        ("Ольга", Plainness.NEVER),
        ("x" * 41, Plainness.NEVER),
    ],
)
def test_a_name_is_as_plain_as_its_least_plain_word(name: str, plainness: Plainness) -> None:
    assert how_plain(name) is plainness


@pytest.mark.parametrize(
    ("path", "kind", "share", "written"),
    [
        ("t:Units/t:Unit/@id", FormatKind.XML, 0.0, True),
        ("Col[@name='Nature']", FormatKind.XML, 0.0, True),
        ("Col[@name='Quillfeather']", FormatKind.XML, 1.0, False),
        ("crew.Quillfeather.unit", FormatKind.JSON, 1.0, False),
        ('crew."Ilse Marchetti"[]', FormatKind.JSON, 1.0, False),
        ("substring-before(concat(substring-after(summary, 'Nature:<br/>'), '<br/>'), '<br/>')",
         FormatKind.XML, 0.0, True),
        ("substring-after(summary, 'Quillfeather:')", FormatKind.XML, 1.0, False),
        ("jur", FormatKind.TABLE, 0.4, False),
        ("jur", FormatKind.TABLE, 0.5, True),
        ("onview_flag", FormatKind.JSON, 0.8, False),
        ("onview_flag", FormatKind.JSON, 0.9, True),
    ],
)  # fmt: skip
def test_a_path_is_written_where_all_its_names_are_plain_or_mostly_there(
    path: str, kind: FormatKind, share: float, written: bool
) -> None:
    assert may_be_written(path, kind, share) is written


def test_a_path_is_told_but_for_the_names_nothing_vouches_for() -> None:
    told = told_path("crew[].Quillfeather.unit ids[]", (), flat=False)
    assert told == "crew[].….unit ids[]"
    assert told_path("/Quillfeather/Header/@sent", ("Quillfeather",), flat=False).count("…") == 0
    assert told_path("Marchetti, Ilse/unit", (), flat=True) == "…"


def record(n: int) -> dict[str, str]:
    return {
        "id": f"26-{n:05d}",
        "type": TYPES[n % 4],
        "opened": f"2026-06-09T10:{n:02d}:00-05:00",
        "address": f"{n} OAK ST",
        "text": "smoke",
    }


def xml(extra: Callable[[int], str], count: int = 20) -> bytes:
    def call(n: int) -> str:
        return "".join(f"<{name}>{text}</{name}>" for name, text in record(n).items()) + extra(n)

    return f"<Calls>{''.join(f'<Call>{call(n)}</Call>' for n in range(count))}</Calls>".encode()


def rows(extra: Callable[[int], dict[str, object]]) -> list[dict[str, object]]:
    return [{**record(n), **extra(n)} for n in range(20)]


def labels(n: int, more: str = "") -> str:
    names = ("Incident", "Nature", "Received", "Address")
    text = "\n".join(f"{a}: {b}" for a, b in zip(names, record(n).values(), strict=False))
    return text + (more or ("\nQuillfeather: hi there" if n in (3, 5) else ""))


CREW = "<Crew><Quillfeather>on</Quillfeather><IlseMarchetti>E1</IlseMarchetti></Crew>"
CASES: dict[str, Callable[[], bytes]] = {
    "an element of one call": lambda: xml(lambda n: CREW if n == 3 else ""),
    "elements of all calls": lambda: xml(lambda _: CREW),
    "an element of a single call": lambda: xml(lambda _: CREW, 1),
    "an attribute": lambda: xml(lambda n: "<Crew Quillfeather='on'/>" if n == 3 else ""),
    "an element with a phone": lambda: xml(
        lambda n: f"<Quillfeather>920-555-01{n:02d}</Quillfeather>"
    ),
    "an element with a story": lambda: xml(
        lambda n: f"<Quillfeather>she said that smoke came from house {n}</Quillfeather>"
    ),
    "an element around": lambda: xml(lambda _: "").replace(b"<Calls>", b"<Calls>" + CREW.encode()),
    "the element of a call": lambda: xml(lambda _: "").replace(b"Call>", b"Quillfeather>"),
    "the root": lambda: xml(lambda _: "").replace(b"Calls>", b"Quillfeather>"),
    "a key of two calls": lambda: json.dumps(
        rows(lambda n: {"Quillfeather": "x"} if n in (3, 4) else {})
    ).encode(),
    "a key of each line": lambda: "\n".join(
        json.dumps(each) for each in rows(lambda _: {"crew": {"Quillfeather": {"unit": "E1"}}})
    ).encode(),
    "keys that differ": lambda: json.dumps(
        rows(lambda n: {"callers": {SOMEBODY[n % 2]: {"phone": f"920-555-01{n:02d}"}}})
    ).encode(),
    "a key in a list": lambda: json.dumps(
        rows(lambda _: {"callers": [{"Quillfeather": "920-555-0111"}]})
    ).encode(),
    "a key around": lambda: json.dumps(
        {"duty": {"Quillfeather": 1}, "calls": rows(lambda _: {})}
    ).encode(),
    "keys that hold the calls": lambda: json.dumps(
        {
            name: rows(lambda _: {})[half * 10 : half * 10 + 10]
            for half, name in enumerate(SOMEBODY[:2])
        }
    ).encode(),
    "a header": lambda: "\n".join(
        ["id,type,opened,address,Quillfeather"]
        + [",".join([*record(n).values()][:4]) + ",blue" for n in range(20)]
    ).encode(),
    "a label": lambda: "\n\n".join(map(labels, range(8))).encode(),
}


@pytest.mark.parametrize("case", CASES)
def test_somebody_whose_name_is_a_fields_is_neither_told_nor_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    body = CASES[case]()
    assert any(name.encode() in body for name in SOMEBODY)

    report = told_nowhere(tmp_path, capsys, body, SOMEBODY)

    found = {choice.field.value for choice in report.inferred.fields if choice.sure}
    assert {"cfs_number", "call_type", "opened_at", "address"} <= found


@pytest.mark.parametrize("count", [2, 8])
@pytest.mark.parametrize("label", ["Apt 4C", "DOB 3 4 82", "Gate code 987", "House of JT"])
def test_a_label_that_holds_a_value_is_neither_told_nor_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str, count: int
) -> None:
    more = f"\n{label}: ring at the door"
    body = "\n\n".join(labels(n, more if n % 2 else "") for n in range(count)).encode()

    report = told_nowhere(tmp_path, capsys, body, (label,))

    assert "…" in {field.path for field in report.trial.coverage if field.use == "unread"}


def told_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: bytes, names: Sequence[str]
) -> OnboardReport:
    """Onboard a sample and check it: nothing told or written may hold one of the names."""
    report = made(tmp_path, body, timezone="America/Chicago")

    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    agency = load_agency(report.folder, dialects=schemas_folder())
    trial = dry_run(settings, agency, [("later.bin", body)], now=NOW)
    _print(report)
    show_trial(trial)
    told = capsys.readouterr().out + json.dumps([_report(report), trial_as_json(trial)])
    files = [path for path in report.folder.iterdir() if path.is_file()]
    assert {"agency.yml", "areas.geojson"} <= {path.name for path in files}
    assert [name for name in names if name in told] == []
    assert [p.name for p in files for name in names if name in p.read_text()] == []
    assert trial.records == report.records > 0
    assert not any(state.startswith("quarantined") for state in trial.states)
    return report


def test_what_stands_under_somebodys_name_is_read_and_said_to_be_so(tmp_path: Path) -> None:
    report = made(tmp_path, CASES["keys that hold the calls"](), timezone="America/Chicago")

    assert 'records: "*[]"' in (report.folder / "agency.yml").read_text()
    assert any(line.startswith("format.records: ") for line in report.undecided)
    assert report.records == 20
