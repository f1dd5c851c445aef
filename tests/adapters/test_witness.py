from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from keys import Ed25519Key
from logs import KEY, ORIGIN, checkpoint, line, lines

from pipeline.adapters.witness_client import WitnessAddress, ask_witness
from pipeline.adapters.witness_server import Witness, witness_server
from pipeline.audit import leaf_hash
from pipeline.audit.merkle import consistency_proof, root_of
from pipeline.audit.note import COSIGNATURE, Note, parse_note, signature_time, verified
from pipeline.audit.tiles import Edge, grown
from pipeline.audit.witness import WitnessRefusal, add_request
from pipeline.model import StoreFailure

PEN = Ed25519Key("witness.example/w1", 21, kind=COSIGNATURE)
AT = 1_900_000_000


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(
        folder=tmp_path / "memory", signer=PEN, logs={ORIGIN: [KEY.key]}, clock=lambda: AT
    )


def tree(size: int, last: bytes | None = None) -> tuple[bytes, list[bytes]]:
    """Return a signed checkpoint and the leaf hashes under it."""
    entries = lines(size) if last is None else [*lines(size - 1), last]
    return checkpoint(grown(Edge(), entries)[0]), [leaf_hash(each) for each in entries]


def proof(leaves: list[bytes], old: int) -> tuple[bytes, ...]:
    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return consistency_proof(read, old, len(leaves))


def add(witness: Witness, size: int, old: int) -> Note:
    note, leaves = tree(size)
    answer = witness.add_checkpoint(add_request(old, proof(leaves, old), note))
    return parse_note(parse_note(note).text.encode() + b"\n" + answer)


def test_a_growing_log_is_cosigned_at_its_time(witness: Witness) -> None:
    for old, size in [(0, 3), (3, 3), (3, 300), (300, 301)]:
        note = add(witness, size, old)
        (signature,) = verified(note, [PEN.key])
        assert signature_time(signature) == AT


def refused(witness: Witness, body: bytes) -> WitnessRefusal:
    with pytest.raises(WitnessRefusal) as refusal:
        witness.add_checkpoint(body)
    return refusal.value


def test_each_wrong_request_has_its_status(witness: Witness) -> None:
    add(witness, 5, 0)
    note, leaves = tree(9)
    good = proof(leaves, 5)
    stranger = Ed25519Key("other.example/log", 2)
    forger = Ed25519Key(ORIGIN, 2)
    edge = grown(Edge(), lines(9))[0]
    empty = checkpoint(Edge()).replace(b"47DEQpj8", b"47DEQpj9")
    wanted = {
        b"nonsense": 400,
        add_request(5, good, note).replace(b"old 5", b"old 05"): 400,
        add_request(5, (b"short",), note): 400,
        add_request(5, good * 40, note): 400,
        add_request(5, good, b"no note"): 400,
        add_request(10, (), note): 400,
        add_request(5, good, checkpoint(edge, stranger)): 404,
        add_request(5, good, checkpoint(edge, forger)): 403,
        add_request(5, good, empty): 403,
        add_request(0, (), note): 409,
        add_request(4, good, note): 409,
        add_request(5, good[1:], note): 422,
        add_request(5, (), note): 422,
    }
    assert {body: refused(witness, body).status for body in wanted} == wanted
    conflict = refused(witness, add_request(0, (), note))
    assert (conflict.body, conflict.kind) == ("5\n", "text/x.tlog.size")


def test_the_first_checkpoint_needs_no_proof_and_takes_none(witness: Witness) -> None:
    note, leaves = tree(9)
    assert refused(witness, add_request(0, proof(leaves, 5), note)).status == 422
    assert add(witness, 9, 0).signatures


def test_a_rollback_is_refused_and_what_is_remembered_stays(witness: Witness) -> None:
    """``a b c d e`` was cosigned; now the log says ``a b c``."""
    add(witness, 5, 0)
    for old in (0, 3, 5):
        note, _ = tree(3)
        assert refused(witness, add_request(old, (), note)).status in (400, 409)
    assert add(witness, 6, 5).signatures


def test_a_fork_is_refused(witness: Witness) -> None:
    """``a b c d e`` was cosigned; now the log says ``a b c d X``, or ``a b c d X f``."""
    add(witness, 5, 0)
    note, _ = tree(5, line(9_999))
    assert refused(witness, add_request(5, (), note)).status == 422
    entries = [*lines(4), line(9_999), line(5)]
    forked = checkpoint(grown(Edge(), entries)[0])
    leaves = [leaf_hash(each) for each in entries]
    assert refused(witness, add_request(5, proof(leaves, 5), forked)).status == 422


def test_what_was_cosigned_is_remembered_by_another_process(witness: Witness) -> None:
    add(witness, 5, 0)
    again = Witness(folder=witness.folder, signer=PEN, logs=witness.logs, clock=lambda: AT)
    note, _ = tree(5)
    assert refused(again, add_request(0, (), note)).body == "5\n"


def test_nothing_is_cosigned_that_cannot_be_remembered(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.adapters import witness_server as module

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "replace_file", full)
    note, _ = tree(5)
    with pytest.raises(OSError, match="space"):
        witness.add_checkpoint(add_request(0, (), note))


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    server = witness_server(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_log_asks_over_http_and_gets_its_cosignature(witness: Witness) -> None:
    with served(witness) as url:
        address = WitnessAddress(url=url, key=PEN.key)
        for size in (5, 300):
            body, leaves = tree(size)
            note = parse_note(body)
            signature = ask_witness(address, note, size, lambda old, at=leaves: proof(at, old))  # type: ignore[misc]
            both = Note(text=note.text, signatures=(*note.signatures, signature))
            assert len(verified(both, [KEY.key, PEN.key])) == 2
        body, leaves = tree(3)
        with pytest.raises(StoreFailure, match=r"saw 300 entries .* set back"):
            ask_witness(address, parse_note(body), 3, lambda old: proof(leaves, old))


def test_the_latest_checkpoint_is_served_to_monitors(witness: Witness) -> None:
    import hashlib

    add(witness, 5, 0)
    name = hashlib.sha256(ORIGIN.encode()).hexdigest()
    with served(witness) as url:
        answer = httpx.get(f"{url}/{name}/checkpoint", trust_env=False)
        assert answer.status_code == 200
        assert len(verified(parse_note(answer.content), [KEY.key, PEN.key])) == 2
        for path in (f"/{'0' * 64}/checkpoint", "/", "/../../etc/passwd", f"/{name}/other"):
            assert httpx.get(f"{url}{path}", trust_env=False).status_code == 404
        large = httpx.post(f"{url}/add-checkpoint", content=b"x" * 200_000, trust_env=False)
        assert large.status_code == 413


def test_a_witness_that_is_away_is_told_in_one_line() -> None:
    address = WitnessAddress(url="http://127.0.0.1:9", key=PEN.key)
    body, leaves = tree(3)
    with pytest.raises(StoreFailure, match=r"witness.example/w1 cannot be reached \(ConnectError"):
        ask_witness(address, parse_note(body), 3, lambda old: proof(leaves, old))


def test_a_witness_that_signs_with_another_key_is_not_believed(witness: Witness) -> None:
    other = Ed25519Key(PEN.key.name, 99, kind=COSIGNATURE)
    with served(witness) as url:
        body, leaves = tree(3)
        with pytest.raises(StoreFailure, match="no signature of its own"):
            ask_witness(
                WitnessAddress(url=url, key=other.key),
                parse_note(body),
                3,
                lambda old: proof(leaves, old),
            )
