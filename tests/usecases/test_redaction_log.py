"""The redaction log: rows by filter, files in every format, no text, and no formula."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import openpyxl
import orjson
import pandas as pd
import pytest
from elm_bluff import CANARIES, Line, call
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.model import Entity, Refused
from pipeline.usecases.edit import edit
from pipeline.usecases.redaction_log import (
    COLUMNS,
    Filters,
    Format,
    RedactionRow,
    export_redactions,
    length_class,
    redactions,
    write_rows,
)

NOTES = "caller Quillon Abernathwy 920-555-0143 at 418 Tanglewood Ct, smoke from the roof"

ROW = RedactionRow(
    index=1,
    at="2026-03-02T18:00:00.000000Z",
    agency="elm-bluff",
    incident="ab",
    remark=0,
    start=3,
    length="5-9",
    entity="PERSON",
    operator="placeholder",
    reason_code="personal-identity",
    legal_basis="the agreement",
    recognizer="known",
    recognizer_version="1",
    score=0.5,
    policy="2026-12",
    lifted_by="",
)


@pytest.fixture
def told(sqlite_line: Line) -> Line:
    sqlite_line.deliver("a.csv", [call("1", notes=NOTES), call("2", "BRUSH FIRE", notes="smoke")])
    sqlite_line.run()
    return sqlite_line


def test_every_finding_of_the_log_is_a_row_with_its_ground(told: Line) -> None:
    rows = redactions(told.settings, Filters())
    with closing(open_store(told.settings.database_url)) as store, store.read() as tx:
        bodies = [orjson.loads(line)["body"] for _, line in read_log(tx)]
    assert len(rows) == sum(len(body.get("findings", ())) for body in bodies) > 2
    assert all(row.reason_code and row.legal_basis and row.policy for row in rows)
    assert {"PHONE", "PERSON"} & {row.entity for row in rows}


def test_filters_take_what_they_name_and_nothing_else(told: Line) -> None:
    rows = redactions(told.settings, Filters())
    one = rows[0]
    for filters, same in (
        (Filters(entity=Entity(one.entity)), lambda r: r.entity == one.entity),
        (Filters(recognizer=one.recognizer), lambda r: r.recognizer == one.recognizer),
        (Filters(reason_code=one.reason_code), lambda r: r.reason_code == one.reason_code),
    ):
        assert redactions(told.settings, filters) == tuple(filter(same, rows))
    assert redactions(told.settings, Filters(since=told.later(1).at)) == ()
    assert redactions(told.settings, Filters(until=told.later(1).at)) == rows
    with pytest.raises(Refused, match="no agency"):
        redactions(told.settings, Filters(agency="nowhere"))


@pytest.mark.parametrize("form", Format)
def test_an_export_holds_every_row_no_text_and_leaves_an_entry(
    told: Line, tmp_path: Path, form: Format
) -> None:
    path = tmp_path / f"out.{form.value}"
    number = export_redactions(
        told.settings, Filters(), path, form=form, person="Per Lund", now=told.at
    )
    frame = {
        Format.CSV: lambda: pd.read_csv(path),
        Format.JSON: lambda: pd.DataFrame(json.loads(path.read_text())),
        Format.PARQUET: lambda: pd.read_parquet(path),
        Format.EXCEL: lambda: pd.read_excel(path),
    }[form]()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == number == len(redactions(told.settings, Filters())) > 0
    shown = frame.to_csv().lower()
    assert [canary for canary in CANARIES if canary.lower() in shown] == []
    with closing(open_store(told.settings.database_url)) as store, store.read() as tx:
        last = [orjson.loads(line) for _, line in read_log(tx)][-1]
    assert (last["kind"], last["body"]["by"]) == ("log-attempt", "Per Lund")
    assert last["body"]["verb"] == "exported"


def test_nobody_exports_without_a_name(told: Line, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(Refused, match="named editor"):
        export_redactions(told.settings, Filters(), path, form=Format.CSV, person="", now=told.at)
    assert not path.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
)
def test_no_cell_of_a_sheet_begins_as_a_formula_does(tmp_path: Path, sign: str, rest: str) -> None:
    text = sign + rest
    rows = [replace(ROW, recognizer=text, legal_basis=text, incident=text)]
    write_rows(rows, tmp_path / "a.csv", Format.CSV)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        (cells,) = list(csv.reader(file))[1:]
    assert cells[list(COLUMNS).index("recognizer")] == "'" + text
    assert not any(cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")) for cell in cells)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(0)"])
def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path, text: str) -> None:
    write_rows([replace(ROW, recognizer=text)], tmp_path / "a.xlsx", Format.EXCEL)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert len(cells) == len(COLUMNS)
    assert [cell for cell in cells if cell.data_type == "f"] == []


def test_every_column_is_explained_and_lengths_are_classes() -> None:
    assert list(COLUMNS) == [each.name for each in fields(RedactionRow)]
    found = [length_class(n) for n in (1, 4, 5, 19, 20, 49, 50, 900)]
    assert found == ["1-4", "1-4", "5-9", "10-19", "20-49", "20-49", "50+", "50+"]


def test_rows_of_a_record_told_in_an_editors_words_name_the_editor(told: Line) -> None:
    again = {"headline": "Smoke at the park", "text": ""}
    for candidate in told.pending():
        said = {"headline": "Smoke near the park", "text": "Crews are at work near the park."}
        done = edit(told.settings, candidate, editor="Ida Okwu", now=told.at, **said)
        edit(told.settings, done.candidate_id, editor="Bo Thorsgaard", now=told.at, **again)
    rows = redactions(told.settings, Filters())
    assert {row.lifted_by for row in rows} == {"Bo Thorsgaard"}


def test_rows_of_an_agency_under_packs_have_their_ground_too(sqlite_line: Line) -> None:
    sqlite_line.change(jurisdiction=["hipaa-2026-12"])
    sqlite_line.deliver("a.csv", [call("1", notes=NOTES)])
    sqlite_line.run()
    rows = redactions(sqlite_line.settings, Filters())
    assert rows
    assert all("+hipaa-2026-12" in row.policy and row.legal_basis for row in rows)
