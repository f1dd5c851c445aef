"""A small witness: cosigns a log's checkpoints over HTTP, and remembers what it cosigned.

In: requests after C2SP tlog-witness, a folder, a signer, and keys of known logs. Out: cosignatures.
The latest checkpoint of a log is on disk before its cosignature leaves; who asks at the same moment
waits. It must never cosign a tree that does not continue the one it remembers. Judging is
``pipeline.audit.witness``'s part.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.adapters.durable import make_folder, replace_file, sync_folder
from pipeline.audit.checkpoint import Checkpoint, parse_checkpoint
from pipeline.audit.note import BadNote, Note, NoteKey, NoteSignature, Signer, cosign, parse_note
from pipeline.audit.witness import AddCheckpoint, WitnessRefusal, judge, parse_request

__all__ = ["Witness", "witness_server"]

_MOST_BYTES = 100_000
_SECONDS = 10.0
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's memory and pen. One process at a time may use a folder."""

    folder: Path
    signer: Signer
    logs: Mapping[str, Sequence[NoteKey]]
    clock: Callable[[], int]
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def add_checkpoint(self, body: bytes) -> bytes:
        """Return the cosignature line for a checkpoint that continues what is remembered.

        Raises:
            WitnessRefusal: the request is refused; nothing changed.
            OSError: the memory cannot be written; nothing was signed for anybody.
        """
        asked = parse_request(body)
        with self._turn:
            checkpoint, note = judge(asked, self.logs, self._latest(asked))
            line = cosign(note.text, self.signer, self.clock())
            own = self._own_signatures(note, asked)
            kept = Note(text=note.text, signatures=(*own, line))
            make_folder(self.folder)
            replace_file(self._path(checkpoint.origin), bytes(kept))
            sync_folder(self.folder)
        return str(line).encode()

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """Return the latest cosigned checkpoint of a log by the hash of its name; None if none."""
        for origin in self.logs:
            if _hash(origin) == origin_hash and self._path(origin).is_file():
                return self._path(origin).read_bytes()
        return None

    def _latest(self, asked: AddCheckpoint) -> Checkpoint | None:
        try:
            note = parse_note(self._path(asked.origin).read_bytes())
        except FileNotFoundError:
            return None
        except BadNote:
            raise OSError("the witness's memory is damaged") from None
        return parse_checkpoint(note.text)

    def _own_signatures(self, note: Note, asked: AddCheckpoint) -> list[NoteSignature]:
        known = {(key.name, key.key_id) for key in self.logs[asked.origin]}
        return [each for each in note.signatures if (each.name, each.key_id) in known]

    def _path(self, origin: str) -> Path:
        return self.folder / f"{_hash(origin)}.checkpoint"


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def witness_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server, bound but not yet serving; port 0 takes a free one.

    Raises:
        OSError: the address cannot be bound.
    """

    class Handler(BaseHTTPRequestHandler):
        """Speaks the two calls of the protocol, and nothing else."""

        protocol_version = "HTTP/1.1"
        timeout = _SECONDS
        server_version, sys_version = "witness", ""

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdecimal():
                self._answer(404, b"")
            elif int(length) > _MOST_BYTES:
                self.close_connection = True
                self._answer(413, b"")
            else:
                self._add(self.rfile.read(int(length)))

        def do_GET(self) -> None:
            name, _, last = self.path.removeprefix("/").partition("/")
            body = witness.checkpoint(name) if last == "checkpoint" else None
            self._answer(404 if body is None else 200, body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: what was cosigned is in the folder."""

        def _add(self, body: bytes) -> None:
            try:
                self._answer(200, witness.add_checkpoint(body))
            except WitnessRefusal as refusal:
                self._answer(refusal.status, refusal.body.encode(), refusal.kind)
            except OSError:
                self._answer(500, b"the witness cannot write its memory\n")

        def _answer(self, status: int, body: bytes, kind: str = _TEXT) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((host, port), Handler)
