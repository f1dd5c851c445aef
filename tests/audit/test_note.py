from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from keys import Ed25519Key

from pipeline.audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from pipeline.audit.merkle import EMPTY_ROOT
from pipeline.audit.note import (
    COSIGNATURE,
    ED25519,
    BadNote,
    Note,
    NoteKey,
    cosign,
    parse_key,
    parse_note,
    sign,
    signature_time,
    verified,
)

LOG = Ed25519Key("alerts.example/log", 1)
WITNESS = Ed25519Key("witness.example/w1", 2, kind=COSIGNATURE)
TEXT = Checkpoint(origin="alerts.example/log", size=0, root=EMPTY_ROOT).text


def test_a_note_is_written_and_read_back() -> None:
    note = sign(TEXT, [LOG])
    assert parse_note(bytes(note)) == note
    assert verified(note, [LOG.key]) == note.signatures
    assert parse_key(str(LOG.key)) == LOG.key


def test_a_text_may_hold_empty_lines() -> None:
    note = sign("one\n\ntwo\n\n", [LOG])
    assert parse_note(bytes(note)).text == "one\n\ntwo\n\n"


def test_unknown_keys_do_not_count() -> None:
    stranger = Ed25519Key("alerts.example/log", 9)
    note = sign(TEXT, [stranger, LOG])
    assert verified(note, [LOG.key]) == note.signatures[1:]
    assert verified(note, []) == ()


def test_a_known_key_that_did_not_sign_spoils_the_note() -> None:
    note = sign(TEXT, [LOG])
    changed = Note(text=TEXT.replace("0", "1", 1), signatures=note.signatures)
    with pytest.raises(BadNote, match="does not verify"):
        verified(changed, [LOG.key])


def test_a_cosignature_covers_its_time() -> None:
    line = cosign(TEXT, WITNESS, 1_900_000_000)
    note = Note(text=TEXT, signatures=(*sign(TEXT, [LOG]).signatures, line))
    assert signature_time(line) == 1_900_000_000
    assert len(verified(note, [LOG.key, WITNESS.key])) == 2
    later = (1_900_000_001).to_bytes(8, "big") + line.blob[8:]
    forged = Note(
        text=TEXT, signatures=(type(line)(name=line.name, key_id=line.key_id, blob=later),)
    )
    with pytest.raises(BadNote, match="does not verify"):
        verified(forged, [WITNESS.key])


def test_one_key_has_another_id_for_each_kind_of_signature() -> None:
    plain = NoteKey(name="w", kind=ED25519, public=bytes(32))
    assert plain.key_id != NoteKey(name="w", kind=COSIGNATURE, public=bytes(32)).key_id


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        b"text\n\n\xe2\x80\x94 name AAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAAA",
        b"te\rxt\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"text\n" * 300_000,
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAAA\n" * 65,
    ],
)
def test_what_is_no_note_is_refused(body: bytes) -> None:
    with pytest.raises(BadNote):
        parse_note(body)


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AAAA", f"other{str(LOG.key)[18:]}", f"a b{LOG.key}"]
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAA\n",
        "a\n-1\nAAAA\n",
        f"a\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"\n1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(32)).decode()}",
        f"a\n1\n{base64.b64encode(bytes(32)).decode()}\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text)


def test_a_checkpoint_counts_only_when_a_key_of_its_own_log_signed_it() -> None:
    checkpoint, _ = open_checkpoint(bytes(sign(TEXT, [LOG])), [LOG.key])
    assert checkpoint == Checkpoint(origin="alerts.example/log", size=0, root=EMPTY_ROOT)
    other = Ed25519Key("other.example/log", 3)
    with pytest.raises(BadNote, match="no known key"):
        open_checkpoint(bytes(sign(TEXT, [other])), [other.key, LOG.key])


@pytest.mark.shared
def test_the_examples_of_the_specification_verify(shared: Path) -> None:
    page = (shared / "corpora/c2sp_specs/signed-note.md").read_text("utf-8")
    key = parse_key(re.findall(r"example\.com/foo\+\w+\+[\w+/=]+", page)[0])
    text, line = re.findall(r"```\n(This is an .*?\n)\n(\u2014 .*?\n)```", page, re.DOTALL)[0]
    note = parse_note(f"{text}\n{line}".encode())
    assert len(verified(note, [key])) == 1
