"""JSON whose fields are told by a value is mapped by their names, each alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import made
from shapes import NAMES, TYPES

from pipeline.cli.onboard_app import _report
from pipeline.onboarding import read_sample

SOMEBODY = "Wanda Quillfeather"


def items(n: int, name: str = "name", value: str = "value", **more: str) -> list[dict[str, str]]:
    said = {
        "CallNumber": f"26-{n:06d}",
        "CallType": TYPES[n % 4],
        "Received": f"2026-06-09T10:{n:02d}:00-05:00",
        "Address": f"{n} OAK ST",
        "Caller": NAMES[n % 3],
        "Callback": f"920-555-01{n:02d}",
        "Remarks": f"RP {NAMES[n % 3]} says smoke behind house {n}",
        **more,
    }
    return [{name: each, value: text} for each, text in said.items()]


FORMS: dict[str, tuple[Any, str, int]] = {
    "a list each": (
        {"calls": [{"fields": items(n)} for n in range(20)]}, "fields[?name=='{}'].value", 20
    ),
    "beside others": (
        [{"seq": n, "data": {"attrs": items(n, "Key", "Val")}} for n in range(20)],
        "data.attrs[?Key=='{}'].Val", 20,
    ),
    "one call": ({"fields": items(3)}, "fields[?name=='{}'].value", 1),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_fields_are_mapped_by_the_names_they_say(tmp_path: Path, form: str) -> None:
    document, path, count = FORMS[form]

    report = made(tmp_path, json.dumps(document).encode())

    found = {c.field.value: c.paths for c in report.inferred.fields}
    for field, name in (
        ("cfs_number", "CallNumber"), ("call_type", "CallType"),
        ("opened_at", "Received"), ("address", "Address"),
    ):  # fmt: skip
        assert found[field] == (path.format(name),)
    assert [each.text for each in report.inferred.remarks] == [path.format("Remarks")]
    (person,) = report.inferred.people
    assert person.parts == {"name": (path.format("Caller"),), "phone": (path.format("Callback"),)}
    assert report.records == report.trial.records == count
    assert not any(state.startswith("quarantined") for state in report.trial.states)
    uses = {each.path: each.use for each in report.trial.coverage}
    assert {use for place, use in uses.items() if "[?" in place} == {"mapped"}
    assert "unread" not in uses.values()


def test_a_name_nobody_maps_is_unread_and_one_that_is_somebody_is_told_nowhere(
    tmp_path: Path,
) -> None:
    calls = [{"fields": items(n, Weather="dry all day")} for n in range(20)]
    calls[3]["fields"].append({"name": SOMEBODY, "value": "x"})
    report = made(tmp_path, json.dumps(calls).encode())

    uses = {each.path: each.use for each in report.trial.coverage}
    assert uses["fields[?name=='Weather'].value"] == "unread"
    assert uses["fields[?name=='CallType'].value"] == "mapped"
    files = [path for path in report.folder.iterdir() if path.is_file()]
    told = json.dumps(_report(report)) + "".join(path.read_text() for path in files)
    assert len(files) >= 2
    assert "Quillfeather" not in told


@pytest.mark.parametrize(
    "units",
    [
        [{"id": "E1", "status": "ENROUTE"}, {"id": "M2", "status": "ON SCENE"}],
        [{"name": "Ilse Marchetti", "phone": "920-555-0123"}],
    ],
)
def test_units_and_people_are_no_fields(units: list[dict[str, str]]) -> None:
    body = json.dumps([{"no": n, "list": units} for n in range(5)])

    paths = {(c.each, c.path) for c in read_sample(body.encode()).columns}

    assert paths == {("", "no"), *(("list", key) for key in units[0])}
