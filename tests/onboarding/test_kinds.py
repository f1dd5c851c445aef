"""Records of several kinds: what a field of calls is, is judged among calls alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.agencies.agency import CanonicalField
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.onboarding import infer, read_sample
from pipeline.onboarding.kinds import among_calls, said_of_kinds
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.names import field_score
from pipeline.usecases.onboard import Request, onboard
from pipeline.usecases.settings import load_settings

NOW = datetime(2026, 6, 10, tzinfo=UTC)
FIRST = datetime(2026, 6, 9, 18, 4, 9, tzinfo=UTC)
STREETS = ("OAK ST", "MAPLE AVE", "PINE CT")
TYPES = (("STR", "Structure Fire"), ("GAS", "Gas Leak"), ("WIRE", "Wires Down"))


def written(at: datetime) -> str:
    return at.strftime("%b %d, %Y %I:%M:%S %p")


def call(n: int, op: str = "add", units: tuple[str, ...] = ("E1",), **more: Any) -> dict[str, Any]:
    """Return a call in an envelope of short names."""
    at = FIRST + timedelta(minutes=11 * n)
    code, text = TYPES[n % 3]
    note = {"t": "6:12:20 PM", "by": "jquill", "m": f"CALLER WANDA QUILLFEATHER SEES SMOKE {n}"}
    doc = {
        "cadNo": 2606090100 + n,
        "typ": {"code": code, "txt": text},
        "rcv": written(at),
        "loc": {"txt": f"{n + 12} {STREETS[n % 3]}"},
        "units": list(units),
        "rp": {"nm": "Wanda Quillfeather", "ph": "920-555-0123"},
        "rmk": [note],
    }
    return {"kind": "cfs", "op": op, "doc": {**doc, **more}}


def stream(beats: int) -> list[dict[str, Any]]:
    """Return a greeting, heartbeats, calls, one with news and one closed."""
    sent = [{"kind": "hb", "sent": written(FIRST + timedelta(hours=n))} for n in range(beats)]
    calls = [call(n) for n in range(9)]
    calls += [call(2, "upd", ("E1", "M2")), call(3, "cls", clr=written(NOW))]
    return [{"kind": "hello", "source": "bridge", "sent": written(FIRST)}, *sent, *calls]


def lines(records: list[dict[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, records)).encode()


def found_in(body: bytes):
    inferred = infer(read_sample(body), ZoneInfo("America/Chicago"), {}, lambda _: 0.0)
    return inferred, {c.field.value: list(c.paths) for c in inferred.fields}


@pytest.mark.parametrize("beats", [2, 40])
def test_calls_are_mapped_however_many_other_messages_stand_between_them(beats: int) -> None:
    inferred, fields = found_in(lines(stream(beats)))

    assert fields["cfs_number"] == ["doc.cadNo"]
    assert fields["opened_at"] == ["doc.rcv"]
    assert fields["call_type"] == ["doc.typ.txt"]
    assert fields["address"] == ["doc.loc.txt"]
    assert [(r.each, r.text) for r in inferred.remarks] == [("doc.rmk", "m")]
    assert inferred.key == (CanonicalField.CFS_NUMBER,)
    assert inferred.fold is False  # other units in a later message are news
    assert [d for d in inferred.doubts if d.startswith("records: ")] == [
        f"records: {beats + 1} of another kind have hardly a field of a call, and are quarantined"
    ]


def test_only_other_messages_are_quarantined_and_nobody_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    path.write_bytes(lines(stream(3)))
    settings = load_settings(
        {"BLOTTER_HOME": str(tmp_path / "home"), "BLOTTER_PUBLIC": str(tmp_path / "public")}
    )
    request = Request(
        agency_id="elm-bluff-pd",
        samples=(path,),
        timezone="America/Chicago",
        name="Elm Bluff Police",
        into=tmp_path / "agencies",
    )

    report = onboard(settings, request, now=NOW)

    lost = {k: n for k, n in report.trial.states.items() if k.startswith("quarantined")}
    assert lost == {"quarantined required-missing": 4}
    assert sum(report.trial.states.values()) > 4
    text = (report.folder / "agency.yml").read_text().casefold()
    assert [each for each in ("quillfeather", "jquill", "0123") if each in text] == []


def test_kinds_of_calls_are_told_by_what_they_share_and_not_by_their_number() -> None:
    columns = among_calls(read_sample(lines(stream(40))).columns)

    assert [sum(column.calls) for column in columns] == [11] * len(columns)
    shares = {column.path: column.filled for column in columns}
    assert shares["doc.cadNo"] == 1
    assert shares["doc.clr"] == 1 / 11
    assert shares["source"] == 1 / 52  # no call has it


def test_a_long_greeting_is_no_call() -> None:
    hello = {"kind": "hello", "conf": {f"option{n}x": "on" for n in range(30)}}

    columns = among_calls(read_sample(lines([hello, *(call(n) for n in range(9))])).columns)

    assert columns[0].calls == (False,) + (True,) * 9


def test_a_closing_message_that_says_only_its_number_counts_for_no_call() -> None:
    ends = [{"kind": "end", "doc": {"cadNo": 2606090100 + n}} for n in range(5)]

    columns = among_calls(read_sample(lines([call(n) for n in range(9)] + ends)).columns)

    assert next(c for c in columns if c.path == "doc.rcv").filled == 1
    assert said_of_kinds(columns) == (
        "records: 5 of another kind have hardly a field of a call, and are quarantined",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": None},  # some have none
        {"kind": "note", "doc": call(1)["doc"]},  # as much as a call
    ],
)
def test_kinds_that_say_nothing_leave_all_records_counted(change: dict[str, Any]) -> None:
    records = [call(n) for n in range(9)] + [{**call(20), **change} for _ in range(3)]
    columns = read_sample(lines(records)).columns

    assert among_calls(columns) == columns
    assert said_of_kinds(columns) == ()


def test_types_of_calls_are_no_kinds_of_records() -> None:
    header = "No,Type,Received,Address,Unit,Beat\n"
    rows = [f"26-{n},{TYPES[n % 3][1]},2026-06-09 10:{n}:00,{n} OAK ST,E1,4" for n in range(10, 40)]
    rows += [f"26-{n},Traffic Stop,2026-06-09 11:{n}:00,{n} ELM ST,," for n in range(10, 15)]
    columns = read_sample((header + "\n".join(rows)).encode()).columns

    assert among_calls(columns) == columns
    assert next(c for c in columns if c.path == "Unit").filled == 30 / 35


def test_rows_of_one_unit_each_are_folded_still() -> None:
    rows = [
        json.dumps({**call(n)["doc"], "units": unit}) for n in range(9) for unit in ("E1", "M2")
    ]
    inferred, fields = found_in("\n".join(rows).encode())
    assert (fields["units"], inferred.fold) == (["units"], True)


@pytest.mark.parametrize(
    "name", ["cadNo", "cad_no", "cfsNo", "CFS_NO", "cadno", "cfsno", "cfsNum", "cad#", "evtNo"]
)
def test_numbers_of_calls_are_known_in_short(name: str) -> None:
    words = words_of(name)
    assert field_score(CanonicalField.CFS_NUMBER, words, words) >= 0.9


@pytest.mark.parametrize("form", ["lines", "list", "samples"])
def test_a_sample_of_too_many_kinds_of_fields_is_refused(form: str, tmp_path: Path) -> None:
    rows = [{"no": n, **{f"k{n * 100 + m}": "x" for m in range(100)}} for n in range(101)]
    if form == "samples":
        bodies = [json.dumps(rows[:51]), json.dumps(rows[51:])]
    else:
        bodies = [json.dumps(rows) if form == "list" else "\n".join(map(json.dumps, rows))]
    paths = [tmp_path / f"{n}.json" for n in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_text(body)
    request = Request(agency_id="elm-bluff-pd", samples=tuple(paths), into=tmp_path / "agencies")
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})

    with pytest.raises(PayloadRefused) as caught:
        onboard(settings, request, now=NOW)

    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert not (tmp_path / "agencies").exists()
