"""Every file of the hostile corpora is pushed: kept whole, and refused with a code by the walk."""

from __future__ import annotations

from pathlib import Path

import pytest
from pushing import build_pushing, key_of, push, receiving

from pipeline.adapters.store.feeding import load_payload
from pipeline.adapters.store.revisiting import quarantined
from pipeline.model import PayloadId
from pipeline.usecases.land import payload_context
from pipeline.usecases.resources import open_resources
from pipeline.usecases.walk import walk_waiting

pytestmark = pytest.mark.shared


def files(shared: Path, kind: str) -> list[Path]:
    if kind == "json":
        return sorted((shared / "corpora/json_testsuite/test_parsing").glob("n_*.json"))
    folders = ("defusedxml_xmltestdata", "xxe_payloadbox")
    found = (path for name in folders for path in (shared / "corpora" / name).rglob("*.xml"))
    return sorted(found)


@pytest.mark.parametrize(("kind", "least"), [("json", 188), ("xml", 5)])
def test_every_hostile_file_is_kept_whole_and_refused_with_a_code(
    kind: str, least: int, shared: Path, tmp_path: Path
) -> None:
    line = build_pushing(tmp_path, per_minute=60_000)
    records = {"json": "@", "xml": "//Call"}[kind]
    line.change(format={"kind": kind, "records": records, "max_bytes": 1_000_000})
    token = key_of(line).token
    bodies = {path.read_bytes() for path in files(shared, kind)}
    assert len(files(shared, kind)) >= least
    pushed = {}
    with receiving(line) as client:
        for body in bodies:
            response = push(client, body, token, media=f"application/{kind}")
            assert response.status_code == 202
            pushed[response.json()["payload"]] = body
    assert walk_waiting(line.settings, now=line.at).failures == {}
    assert line.states() == {"quarantined": len(bodies)}
    with open_resources(line.settings, now=line.at) as resources:
        with resources.store.read() as tx:
            kept = quarantined(tx)
            known = [load_payload(tx, PayloadId(name)) for name in pushed]
        assert len(kept) == len(bodies)
        assert all(code for _, code, _ in kept)
        for payload in known:
            assert payload is not None
            assert payload.wrapped_key is not None
            context = payload_context(payload.agency_id, payload.payload_id)
            whole = resources.vault.get(payload.vault_ref, payload.wrapped_key, context)
            assert whole == pushed[payload.payload_id]
