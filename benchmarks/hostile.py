"""Reads every file of the hostile corpora; tells how each ends and what it costs.

    python benchmarks/hostile.py SHARED    prints one JSON object

Each file is read as an agency's payload in a process whose sockets are blocked. A file passes when
it is refused with a code (those that must be), within 50 ms and 20 MB. Never prints a file's text.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from juniper_falls import build_agency

from pipeline.feeds import read_payload
from pipeline.model import PayloadRefused

FIELDS = {"cfs_number": "id", "call_type": "type", "opened_at": "at"}


def refuse_sockets(*_: object, **__: object) -> None:
    """Stand for every socket that would be opened."""
    raise AssertionError("a socket was opened")


def judged(body: bytes, kind: str) -> tuple[str, float, int]:
    """Return code (empty when readable), milliseconds and bytes at most."""
    records = {"records": "@" if kind == "json" else "//Call"}
    agency = build_agency(kind, fields=FIELDS, **records)
    started = time.perf_counter()
    code = ""
    try:
        read_payload(body, agency)
    except PayloadRefused as refusal:
        code = refusal.code.value
    taken = (time.perf_counter() - started) * 1_000
    tracemalloc.start()
    try:
        read_payload(body, agency)
    except PayloadRefused:
        code = code or "refused"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return code, taken, most


def main(shared: Path) -> None:
    """Judge all files and print the figures."""
    socket.socket = refuse_sockets  # type: ignore[assignment,misc]
    json_files = sorted((shared / "corpora/json_testsuite/test_parsing").glob("*.json"))
    xml_files = [
        path
        for folder in ("defusedxml_xmltestdata", "xxe_payloadbox")
        for path in sorted((shared / "corpora" / folder).rglob("*"))
        if path.is_file() and path.suffix in {".xml", ".xsl", ".txt", ".dtd"}
    ]
    bodies = [(path.read_bytes(), "json", path.name[:1]) for path in json_files]
    for path in xml_files:
        whole = path.read_bytes()
        lines = whole.splitlines() if path.suffix == ".txt" else [whole]
        bodies += [(line, "xml", "x") for line in lines]
    judged(b"[]", "json"), judged(b"<Call/>", "xml")
    ended: Counter[str] = Counter()
    worst_ms = worst_bytes = 0.0
    for body, kind, must in bodies:
        code, taken, most = judged(body, kind)
        ended[f"{kind} {must} {code or 'read'}"] += 1
        worst_ms, worst_bytes = max(worst_ms, taken), max(worst_bytes, most)
    must_refuse = sum(n for name, n in ended.items() if name.startswith("json n"))
    figures = {
        "bodies": len(bodies),
        "ended": dict(sorted(ended.items())),
        "json that must be refused": must_refuse,
        "of them refused": must_refuse - ended["json n read"],
        "worst milliseconds": round(worst_ms, 1),
        "worst megabytes": round(worst_bytes / 1e6, 2),
        "process megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
