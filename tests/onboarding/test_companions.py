"""Columns that say one thing together: types, their codes, a state, a caller and a phone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding import Inferred, infer, read_sample
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.names import person_part
from pipeline.usecases.agency_folder import call_types
from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.settings import load_settings

ZONE = ZoneInfo("America/Chicago")
TYPES = ("GAS LEAK", "NOISE COMPLAINT", "WIRES DOWN", "BURGLARY", "VEHICLE FIRE", "LOCKOUT")


def inferred(body: str) -> Inferred:
    return infer(read_sample(body.encode()), ZONE, {}, lambda text: float(text in TYPES))


def choice(found: Inferred, field: str) -> Choice:
    return next(c for c in found.fields if c.field is CanonicalField(field))


def rows(*, final: Sequence[str | None], **more: Sequence[str]) -> list[dict[str, str]]:
    """Return invented calls, as rows of an open-data portal."""
    made = []
    for n in range(8):
        row = {
            "incident_no": f"26-{7000 + n}",
            "received": f"2026-06-09T10:0{n}:00",
            "address": f"{n + 1}00 LARCH ST",
            "incident_type_initial": TYPES[n % 6],
        }
        late = final[n % len(final)]
        made.append(row | ({"incident_type_final": late} if late else {}))
        made[-1] |= {name: texts[n % len(texts)] for name, texts in more.items()}
    return made


def test_a_first_and_a_final_type_are_both_read_and_none_is_left_out_on_purpose() -> None:
    found = inferred(json.dumps(rows(final=("BURGLARY", None, "DEATH"))))

    kind = choice(found, "call_type")
    assert kind.paths == ("[incident_type_final, incident_type_initial]",)
    assert kind.parts == ("incident_type_final", "incident_type_initial")
    assert not any("incident_type" in each.path for each in found.ignored)


def test_types_of_both_columns_are_counted_once_a_call() -> None:
    body = json.dumps(rows(final=("BURGLARY", None, "GAS LEAK"))).encode()
    sample = read_sample(body)

    counts = call_types(sample, infer(sample, ZONE, {}, lambda text: float(text in TYPES)))

    assert counts["GAS LEAK"] == 4  # two calls were opened as one, two others became one
    assert counts["BURGLARY"] == 3  # one of them was opened as one, too


def test_a_table_reads_one_of_two_types_and_tells_the_other_as_a_remark() -> None:
    calls = rows(final=("BURGLARY", "DEATH"))
    lines = [",".join(calls[0]), *(",".join(each.values()) for each in calls)]

    found = inferred("\n".join(lines))

    assert choice(found, "call_type").paths == ("incident_type_final",)
    assert [each.text for each in found.remarks] == ["incident_type_initial"]
    assert any("incident_type_initial says a type, too" in doubt for doubt in found.doubts)


def soap(described: Sequence[str], state: Sequence[str]) -> str:
    calls = "".join(
        f"<c:Call><c:CallNumber>26-{7000 + n}</c:CallNumber><c:Kind><c:TypeCode>K{n}</c:TypeCode>"
        f"<c:TypeDescription>{described[n % len(described)]}</c:TypeDescription></c:Kind>"
        f"<c:Created>2026-06-09T10:0{n}:00</c:Created><c:Address>{n}00 LARCH ST</c:Address>"
        f"<c:Status>{state[n % len(state)]}</c:Status></c:Call>"
        for n in range(8)
    )
    return f'<Env xmlns:c="urn:invented:calls"><c:Calls>{calls}</c:Calls></Env>'


def made(tmp_path: Path, body: str) -> OnboardReport:
    path = tmp_path / "sample.bin"
    path.write_bytes(body.encode())
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd", samples=(path,), timezone=ZONE.key, into=tmp_path / "made"
    )
    return onboard(settings, request, now=datetime(2026, 6, 10, tzinfo=UTC))


def test_a_call_whose_type_has_no_words_is_read_by_its_code(tmp_path: Path) -> None:
    report = made(tmp_path, soap(("GAS LEAK", "", "BURGLARY"), ("Open",)))

    assert not any(state.startswith("quarantined") for state in report.trial.states)
    codes = {each.code: each.calls for each in report.types}
    assert codes["GAS LEAK"] == 3
    assert [code for code in codes if code.startswith("K")] == ["K1", "K4", "K7"]


def test_a_code_beside_words_is_explained_and_searched_for_in_no_remark() -> None:
    found = inferred(soap(("GAS LEAK", "BURGLARY"), ("Open",)))

    assert choice(found, "call_type").paths == ("c:Kind/c:TypeDescription",)
    said = {each.path: each.why for each in found.ignored}
    assert said["c:Kind/c:TypeCode"] == "the code of what call_type says in words"


def test_a_code_that_stands_for_two_things_is_no_code_of_a_type() -> None:
    body = soap(("GAS LEAK", "BURGLARY"), ("Open",)).replace("K1<", "K0<")

    found = inferred(body)

    why = [each.why for each in found.ignored if "TypeCode" in each.path]
    assert "the code of what call_type says in words" not in why


def test_one_column_that_says_closed_and_called_off_fills_both_fields(tmp_path: Path) -> None:
    report = made(tmp_path, soap(("GAS LEAK",), ("Open", "Closed", "Cancelled")))

    assert report.trial.states["withheld cancelled"] == 2


@pytest.mark.parametrize(("states", "kept"), [(("WI", "MN"), True), (("ACTIVE", "ENROUTE"), False)])
def test_only_states_of_the_country_are_left_out_on_purpose(
    states: Sequence[str], kept: bool
) -> None:
    found = inferred(json.dumps(rows(final=(None,), state=states)))

    assert ("state" in [each.path for each in found.ignored]) is kept


def test_who_wrote_a_record_is_never_its_type_however_few_they_are() -> None:
    calls = rows(final=(None,), created_user=("CADSYNC",))
    for call in calls:
        call["incident_type_initial"] = call.pop("incident_type_initial") + call["incident_no"]

    assert choice(inferred(json.dumps(calls)), "call_type").paths == ("incident_type_initial",)


def test_a_column_of_callers_and_their_phones_is_searched_for_as_both() -> None:
    said = ("Jorun Thistlewood 920-555-0143", "Anonymous", "Ilse Marchetti 920-555-0121")
    calls = rows(final=(None,), caller_phone=said)

    (caller,) = inferred(json.dumps(calls)).people

    assert caller.parts == {"phone": ("caller_phone",), "name": ("caller_phone",)}


def test_names_are_read_without_accents_and_where_two_words_are_written_as_one() -> None:
    assert words_of("Teléfono") == "telefono"
    assert words_of("natdesc") == "nat desc"
    assert words_of("rpph") == "rp ph"
    assert words_of("nature") == "nature"
    assert person_part("telefono", "caller telefono") == "phone"


@pytest.mark.parametrize(
    ("numbers", "kept"), [(range(1, 9), False), (range(2_606_110_388, 2_606_110_396), True)]
)
def test_a_bare_number_is_the_calls_unless_it_counts_rows(numbers: range, kept: bool) -> None:
    calls = rows(final=(None,))
    for call, number in zip(calls, numbers, strict=True):
        call["num"] = str(number)
        del call["incident_no"]

    found = inferred(json.dumps(calls))

    assert (CanonicalField.CFS_NUMBER in {each.field for each in found.fields}) is kept
