"""Everything an auditor can carry away is searched for the people in it: none is there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from elm_bluff import CANARIES, Line, call, published
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.model import Sensitive
from pipeline.usecases.edit import edit
from pipeline.usecases.holds import Scope, place_hold
from pipeline.usecases.removed import Asked, ask_removed
from pipeline.usecases.requests import Given, RequestKind, open_request, search_request
from pipeline.usecases.seal import seal_log

NOTES = (
    "RP QUILLON ABERNATHWY CB# 920-555-0143, gate ZK71QW#, plate QZJ-4418, neighbor Tuyet Nguyendo"
)
WHO = {"person": "Per Lund"}
COMMANDS = (
    *("ledger", "queue", "alerts", "notices", "status", "agency check", "hold list --all"),
    *("audit redactions", "audit sample figures", "reveal list", "request list", "policy show"),
    *("retention show", "retention certificates", "quarantine list", "switch list"),
    *("agreement show elm-bluff", "agreement lint", "audit verify", "audit fsck"),
)


@pytest.fixture
def told(sqlite_line: Line) -> Line:
    """A month with a published alert, own words, a question, a request, a hold, a broken file."""
    line = sqlite_line
    line.deliver("a.csv", [call("QUILLON-1", notes=NOTES)])
    line.run()
    published(line)
    line = line.later(2)
    line.deliver(
        "b.csv", [call("2", "GAS LEAK", notes=NOTES), call("3", "CALL TUYET", notes=NOTES)]
    )
    line.deliver_bytes("Abernathwy.csv", b"<html>Quillon Abernathwy 920-555-0143</html>")
    line.run()
    (candidate, *_) = line.pending()
    said = {"headline": "Smell of gas near the park", "text": "Crews are at work near the park."}
    edit(line.settings, candidate, editor="Ida Okwu", now=line.at, **said)
    why = {**WHO, "reason": "a complaint of March", "now": line.at}
    ask_removed(line.settings, Sensitive("920-555-0143"), Asked.PHONE, **why)  # type: ignore[arg-type]
    given = Given(
        values=((Asked.NAME, Sensitive("Quillon Abernathwy")),),
        name=Sensitive("Quillon Abernathwy"),
        address=Sensitive("418 Tanglewood Ct\nElm Bluff WI"),
    )
    request = open_request(line.settings, RequestKind.SUBJECT, given, now=line.at, **WHO)
    search_request(line.settings, request.request_id, **why)  # type: ignore[arg-type]
    place_hold(line.settings, Scope(agency="elm-bluff", cfs="QUILLON-1"), **why)  # type: ignore[arg-type]
    seal_log(line.settings, now=line.at)
    return line


@pytest.fixture
def run(told: Line, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    settings = told.settings
    for name, value in {
        "HOME": settings.home,
        "AGENCIES": settings.agencies,
        "PUBLIC": settings.public,
        "DATABASE_URL": settings.database_url,
        "EDITOR": "Per Lund",
    }.items():
        monkeypatch.setenv(f"BLOTTER_{name}", str(value))
    return CliRunner()


def found_in(body: bytes) -> list[str]:
    """Search a file as it is, and what a sheet or a columnar file holds packed."""
    parts = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [packed.read(name) for name in packed.namelist()]
    if body.startswith(b"PAR1"):
        parts.append(pd.read_parquet(io.BytesIO(body)).to_csv().encode())
    return [c for c in CANARIES for part in parts if c.lower().encode() in part.lower()]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_the_search_finds_what_an_export_would_hold(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    frame = pd.DataFrame({"a": ["ask Quillon"] * 9})
    writers = {
        "csv": lambda: frame.to_csv(path),
        "json": lambda: frame.to_json(path),
        "parquet": lambda: frame.to_parquet(path),
        "xlsx": lambda: frame.to_excel(path),
    }
    writers[form]()
    assert "Quillon" in found_in(path.read_bytes())


def test_no_export_and_no_report_holds_a_canary(told: Line, run: CliRunner, tmp_path: Path) -> None:
    files = {f"out.{form}": ["audit", "redactions"] for form in ("csv", "json", "parquet", "xlsx")}
    alert = next(path.stem for path in (told.settings.public / "cap").glob("*.xml"))
    month = f"{told.at:%Y-%m}"
    for name, command in (
        *files.items(),
        ("month.html", ["audit", "report", "--month", month]),
        ("receipt", ["audit", "receipt", "make", alert]),
    ):
        done = run.invoke(app, [*command, "--out", str(tmp_path / name)])
        assert done.exit_code == 0, (name, done.output)
        assert found_in(done.output.encode()) == []
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert {"out.csv", "out.json", "out.parquet", "out.xlsx", "month.html", "receipt"} <= {*written}
    assert {name: found_in(body) for name, body in written.items() if found_in(body)} == {}
    assert all(len(body) > 500 for body in written.values())


@pytest.mark.parametrize("json", [True, False])
def test_no_command_an_auditor_runs_prints_a_canary(run: CliRunner, json: bool) -> None:
    commands = [*COMMANDS, *(() if json else ("agreement public elm-bluff",))]
    for command in commands:
        done = run.invoke(app, [*command.split(), *(["--json"] if json else [])])
        assert done.exit_code in (0, 1), done.output
        assert len(done.output) > 2, command
        assert found_in(done.output.encode()) == [], command
