"""Every file of the hostile corpora is pulled or dropped: kept whole, refused with a code."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest
import yaml
from elm_bluff import Line, build_line
from loopback import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.adapters.store.revisiting import quarantined
from pipeline.usecases.land import payload_context
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.resources import migrate, open_resources
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.walk import walk_landed

pytestmark = pytest.mark.shared

RECORDS = {"json": "@", "xml": "//Call"}


def hostile(shared: Path) -> dict[str, bytes]:
    """Return every body that must be refused, by a name that tells its kind."""
    corpora = shared / "corpora"
    found = {
        f"json-{number}": path.read_bytes()
        for number, path in enumerate(
            sorted((corpora / "json_testsuite/test_parsing").glob("n_*.json"))
        )
    }
    for folder in ("defusedxml_xmltestdata", "xxe_payloadbox"):
        for path in sorted((corpora / folder).rglob("*.xml")):
            if b"<!DOCTYPE" in path.read_bytes():
                found[f"xml-{path.stem.replace('_', '-')}"] = path.read_bytes()
    lists = (corpora / "xxe_payloadbox").rglob("*list.txt*")
    lines = [line for path in lists for line in path.read_bytes().splitlines() if line.strip()]
    return found | {f"xml-line-{number}": line for number, line in enumerate(lines)}


def agencies(line: Line, bodies: dict[str, bytes], url: str = "") -> Settings:
    """Make an agency of each body, which serves it, or without ``url`` has it in its folder."""
    minute_ago = line.at.timestamp() - 60
    model = yaml.safe_load((line.folder / "agency.yml").read_text())
    for name in bodies:
        folder = line.folder.parent / name
        shutil.copytree(line.folder, folder)
        kind = name.partition("-")[0]
        way = {"kind": "folder", "path": "payloads", "pattern": "*"}
        if url:
            way = {"kind": "web", "url": f"{url}/{name}"}
        else:
            dropped = folder / "payloads" / f"call.{kind}"
            dropped.write_bytes(bodies[name])
            os.utime(dropped, (minute_ago, minute_ago))
        format_ = {"kind": kind, "records": RECORDS[kind], "max_bytes": 1_000_000}
        document = {**model, "id": name, "transport": way, "format": format_}
        (folder / "agency.yml").write_text(yaml.safe_dump(document, sort_keys=False))
    shutil.rmtree(line.folder)
    settings = load_settings(
        {
            "BLOTTER_HOME": str(line.settings.home),
            "BLOTTER_AGENCIES": str(line.folder.parent),
            "BLOTTER_PUBLIC": str(line.settings.public),
            "BLOTTER_FETCH_ALLOW": "127.0.0.0/8",
        }
    )
    migrate(settings)
    return settings


def test_every_hostile_file_is_kept_whole_and_refused_with_a_code(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = hostile(shared)
    assert sum(name.startswith("json") for name in bodies) == 188
    assert len(bodies) > 250
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")

    async def answer(request: Request) -> Response:
        return Response(bodies[request.path_params["name"]])

    with served(Starlette(routes=[Route("/{name}", answer)])) as url:
        settings = agencies(line, bodies, url)
        report = pull_agencies(settings, run_id="run-1", now=line.at)
    empty = {name for name, body in bodies.items() if not body.strip()}
    assert set(report.failures) <= empty  # nothing is no payload; it is told as one that failed
    monkeypatch.setattr(socket, "socket", None)
    refused_whole(settings, line, {n: b for n, b in bodies.items() if n not in report.failures})


def test_every_hostile_file_of_a_folder_is_kept_whole_and_refused_with_a_code(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = hostile(shared)
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    settings = agencies(line, bodies)
    assert pull_agencies(settings, run_id="run-1", now=line.at).failures == {}
    monkeypatch.setattr(socket, "socket", None)
    refused_whole(settings, line, bodies)


def refused_whole(settings: Settings, line: Line, bodies: dict[str, bytes]) -> None:
    """Walk, and ask that every agency's body is quarantined with a code and kept as it came."""
    walked = walk_landed(settings, now=line.at)
    assert walked.failures == {}
    ledger = ledger_report(settings, now=line.at)
    assert ledger.balanced
    with open_resources(settings, now=line.at) as resources:
        with resources.store.read() as tx:
            kept = {payload.agency_id: (payload, code) for payload, code, _ in quarantined(tx)}
        assert set(kept) == set(bodies)
        for agency, (payload, code) in kept.items():
            assert code
            assert payload.wrapped_key is not None
            context = payload_context(payload.agency_id, payload.payload_id)
            whole = resources.vault.get(payload.vault_ref, payload.wrapped_key, context)
            assert whole == bodies[agency]
