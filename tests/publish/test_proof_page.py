"""The receipt's page: its bytes, its logic in node, and the whole of it in a browser."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from logs import KEY, VKEY, checkpoint

from pipeline.audit import leaf_hash
from pipeline.audit.merkle import inclusion_proof, root_of
from pipeline.audit.receipt import ProvenEntry, receipt_bytes
from pipeline.audit.tiles import Edge, grown
from pipeline.audit.verify import Unproven, verify_receipt
from pipeline.publish.proof_page import proof_files

ALERT = "0123456789abcdef0123"
FILES = {f"cap/{ALERT}.xml": "0" * 64}


def entry(kind: str, body: Mapping[str, Any]) -> bytes:
    whole = {"v": 1, "kind": kind, "at": "2026-03-02T18:05:09.000012Z", "agency": "elm-bluff"}
    return json.dumps({**whole, "body": body}, sort_keys=True).encode()


def decision(verb: str, **more: object) -> bytes:
    return entry("decision", {"candidate": "c", "incident": "i", "verb": verb, **more})


LINES = [
    entry("shred", {"payload": "other"}),
    entry("payload-landed", {"payload": "p"}),
    entry(
        "outcome",
        {
            "payload": "p",
            "position": 0,
            "incident": "i",
            "candidate": "c",
            "versions": {"policy": "2026-11"},
            "findings": [],
            "more": 0,
        },
    ),
    decision("approve", by="Ida Okwu", needed=1),
    decision("release", by="rules", alert=ALERT, version=1),
    entry("publication", {"told": [{"alert": ALERT, "version": 1}], "files": FILES}),
    entry("shred", {"payload": "another"}),
]


def receipt(lines: list[bytes] = LINES, left_out: int = -1) -> bytes:
    leaves = [leaf_hash(line) for line in lines]

    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    proven = [
        ProvenEntry(index=index, line=line, proof=inclusion_proof(read, index, len(lines)))
        for index, line in enumerate(lines)
        if index not in (0, 6, left_out)
    ]
    return receipt_bytes(ALERT, proven, checkpoint(grown(Edge(), lines)[0]))


def changed(body: bytes, old: str, new: str) -> bytes:
    first, extra, *rest = body.split(b"\n")
    plain = base64.b64decode(extra.removeprefix(b"extra ")).decode().replace(old, new, 1)
    return b"\n".join([first, b"extra " + base64.b64encode(plain.encode()), *rest])


def rearranged(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """Return the sound receipt with its entries, each still proven, put another way."""
    first, extra, *rest = receipt().split(b"\n")
    given = json.loads(base64.b64decode(extra.removeprefix(b"extra ")))
    change(given["entries"])
    return b"\n".join([first, b"extra " + base64.b64encode(json.dumps(given).encode()), *rest])


FORGED = {
    "one approval told twice": rearranged(lambda told: told.insert(2, told[2])),
    "entries out of order": rearranged(lambda told: told.insert(0, told.pop(2))),
    "an index between two": rearranged(lambda told: told[2].update(index=2.5)),
    "a path that is none": rearranged(lambda told: told[0].update(proof=7)),
    "a changed entry": changed(receipt(), "Ida Okwu", "Ida Okwo"),
    "no outcome": receipt(left_out=2),
    "no payload": receipt(left_out=1),
    "no approval": receipt(left_out=3),
    "no decision": receipt(left_out=4),
    "another checkpoint": receipt().partition(b"\n\n")[0] + b"\n\n" + checkpoint(Edge()),
    "a forged signature": receipt()[:-8] + b"AAAA" + receipt()[-4:],
    "another path": receipt().replace(b"index 5\n", b"index 4\n"),
    "nothing": b"",
    "anything": b"\x00\xff" * 100,
}


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def test_the_script_and_the_verifier_agree_on_a_sound_receipt() -> None:
    assert len(verify_receipt(receipt(), [VKEY]).versions) == 1
    assert in_node(receipt()).startswith("sound 1")


def in_node(body: bytes) -> str:
    """Run the script on a receipt as a browser reads it: as UTF-8."""
    script = Path(__file__).parents[2] / "pipeline/publish/verify.js"
    program = (
        "if (!globalThis.crypto) globalThis.crypto = require('crypto').webcrypto;"
        f"const {{ verifyReceipt }} = require({json.dumps(str(script))});"
        "const body = Buffer.from(process.argv[1], 'base64').toString('utf8');"
        "verifyReceipt(body, [process.argv[2]]).then("
        "  (story) => console.log('sound ' + story.versions.length),"
        "  (problem) => console.log('not ' + problem.message));"
    )
    command = [needed("node"), "-e", program, base64.b64encode(body).decode(), VKEY]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_script_and_verifier_agree_on_every_forgery(body: bytes) -> None:
    with pytest.raises(Unproven):
        verify_receipt(body, [VKEY])
    assert in_node(body).startswith("not ")


def test_the_page_asks_nobody_and_runs_nothing_inline() -> None:
    page, script = (file.body.decode() for file in proof_files([VKEY, "<b>+1+x"]))
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:href|src|action)\s*=\s*(?!"verify\.js")""", page) == []
    assert re.findall(r"""\son\w+\s*=|<style|<script(?! src="verify.js")""", page) == []
    assert re.findall(r"https?://|//\w+\.|innerHTML|eval\(|import\(", script) == []
    assert "&lt;b&gt;" in page
    assert proof_files([]) == ()
    assert KEY.key.name in page


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def in_browser(folder: Path, body: bytes, before: str = "") -> str:
    """Return the page as it stands after it was handed a receipt, in a real browser."""
    for file in proof_files([VKEY]):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.body)
    (folder / "verify/receipt").write_bytes(body)
    page = folder / "verify/index.html"
    driver = '<script src="before.js"></script><script src="verify.js"></script>'
    driver += '<script src="drive.js"></script>'
    page.write_text(page.read_text().replace('<script src="verify.js"></script>', driver))
    (folder / "verify/before.js").write_text(before)
    (folder / "verify/drive.js").write_text(
        "fetch('receipt').then((answer) => answer.text()).then(run);"
    )
    with served(folder) as url:
        command = [
            needed("chromium"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=10000",
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            f"{url}/verify/",
        ]
        told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return told.stdout


def test_a_browser_verifies_a_receipt(tmp_path: Path) -> None:
    page = in_browser(tmp_path, receipt())
    assert '<p id="verdict" role="status">Verified.</p>' in page
    assert f"Alert {ALERT}: proven by the log {KEY.key.name} of 7 entries." in page
    assert "It is not public any more." in page


def test_a_browser_refuses_a_forged_receipt(tmp_path: Path) -> None:
    page = in_browser(tmp_path, FORGED["a changed entry"])
    assert "Not verified. Entry 3 is not in the signed log." in page


def test_a_browser_without_ed25519_says_so(tmp_path: Path) -> None:
    before = "SubtleCrypto.prototype.importKey = async () => { throw new Error('unknown'); };"
    page = in_browser(tmp_path, receipt(), before)
    assert "This browser cannot verify Ed25519 signatures" in page
    assert "Verified." not in page
