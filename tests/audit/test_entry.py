from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.adapters.store.verdicts import verdict
from pipeline.audit import (
    ENTRY_VERSION,
    FINDINGS_PER_ENTRY,
    Entry,
    EntryKind,
    encode,
    finding_body,
    further_findings,
    leaf_hash,
    outcome_body,
    stamp,
)
from pipeline.audit.entry import canonical
from pipeline.audit.tiles import MAX_ENTRY_BYTES
from pipeline.model import (
    AgencyId,
    AppliedFinding,
    Commitment,
    Digest,
    Entity,
    ExactPlace,
    Finding,
    Held,
    HoldReason,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Notice,
    NoticeCode,
    Operator,
    Outcome,
    Person,
    PersonRole,
    Quarantined,
    RecordState,
    RedactedIncident,
    Remark,
    Sensitive,
    Stale,
    Withheld,
    WithholdReason,
)
from pipeline.policies import load_policy
from pipeline.redact import redact, remembered
from pipeline.redact.forms import MOST_FORMS, commitments

AT = datetime(2026, 3, 2, 18, 5, 9, 12, tzinfo=UTC)

VERSIONS = {"agency": "feedfacecafebeef", "policy": "2026-11", "model": "m"}


class KeyedSeal:
    """Keyed digests with an invented key, as the real keyring names private content."""

    key = b"an invented key"

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        text = b"".join(len(p).to_bytes(8, "big") + p for p in (purpose.encode(), *parts))
        return Digest(hmac.new(self.key, text, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"2026-Q1:{self.digest('commitment', text.encode())}")


SEAL = KeyedSeal()
REF = IncidentRef("an incident")


def entry(body: dict[str, Any], *, at: datetime = AT) -> Entry:
    return Entry(kind=EntryKind.OUTCOME, at=at, agency_id="elm-bluff", body=body)


def body_bytes(body: dict[str, Any]) -> bytes:
    """Return the part of an encoded entry that stands for the body."""
    line = encode(entry(body))
    start, end = line.index(b'"body":') + len(b'"body":'), line.rindex(b',"kind":"outcome"')
    return line[start:end]


# Written by hand after RFC 8785: members by UTF-16 code units, no white space, ECMAScript numbers.
KNOWN_LINES = {
    "an empty body": (
        {},
        b'{"agency":"elm-bluff","at":"2026-03-02T18:05:09.000012Z","body":{},"kind":"outcome","v":1}',
    ),
    "members sorted at every depth": (
        {"b": 1, "a": {"z": [3, "x"], "y": []}, "B": {}},
        (
            b'{"agency":"elm-bluff","at":"2026-03-02T18:05:09.000012Z",'
            b'"body":{"B":{},"a":{"y":[],"z":[3,"x"]},"b":1},"kind":"outcome","v":1}'
        ),
    ),
}

KNOWN_BODIES = {
    "a whole float has no point": ({"n": 1.0}, b'{"n":1}'),
    "a score": ({"n": 0.85}, b'{"n":0.85}'),
    "a small float": ({"n": 1e-7}, b'{"n":1e-7}'),
    "a large float": ({"n": 1e21}, b'{"n":1e+21}'),
    "minus nought": ({"n": -0.0}, b'{"n":0}'),
    "the largest safe integer": ({"n": 2**53 - 1}, b'{"n":9007199254740991}'),
    "quotes and controls": ({"t": 'a"\\\n\x1b\x7f'}, b'{"t":"a\\"\\\\\\n\\u001b\x7f"}'),
    "slashes and line separators as they are": (
        {"t": "</a>\u2028"},
        b'{"t":"</a>\xe2\x80\xa8"}',
    ),
    "other alphabets as UTF-8": ({"t": "€ó"}, b'{"t":"\xe2\x82\xac\xc3\xb3"}'),
    "names by UTF-16, not by code point": (
        {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "1": 4, "\r": 5},
        b'{"\\r":5,"1":4,"\xe2\x82\xac":3,"\xf0\x9f\x98\x80":2,"\xef\xac\xb3":1}',
    ),
}


@pytest.mark.parametrize(("body", "line"), KNOWN_LINES.values(), ids=KNOWN_LINES)
def test_an_entry_is_written_exactly_so(body: dict[str, Any], line: bytes) -> None:
    assert encode(entry(body)) == line


@pytest.mark.parametrize(("body", "written"), KNOWN_BODIES.values(), ids=KNOWN_BODIES)
def test_a_body_is_written_exactly_so(body: dict[str, Any], written: bytes) -> None:
    assert body_bytes(body) == written


plain_json = st.recursive(
    st.text(st.characters(max_codepoint=0x7E), max_size=20) | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(string.ascii_letters, max_size=8), plain_json, max_size=5))
def test_ascii_bodies_are_written_as_the_standard_library_sorts_them(body: dict[str, Any]) -> None:
    whole = {
        "v": ENTRY_VERSION,
        "kind": "outcome",
        "at": "2026-03-02T18:05:09.000012Z",
        "agency": "elm-bluff",
        "body": body,
    }
    wanted = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert encode(entry(body)) == wanted.encode()
    assert json.loads(encode(entry(body))) == whole


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=5))
def test_an_entry_is_one_line_whatever_it_holds(body: dict[str, str]) -> None:
    line = encode(entry(body))
    assert b"\n" not in line
    assert b"\r" not in line
    assert b"\x1b" not in line


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(0, 1, width=16)
    | st.decimals(0, 1_000, places=4).map(float)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=1_000)
@given(st.dictionaries(st.text(), _ANY))
@example({"score": 1.0, "zero": -0.0, "small": 1e-4, "smaller": 9.9e-5, "large": 2.0**53})
@example({"\ufb33": 1, "\U0001f600": 2})
@example({"a": "\ud800 alone"})
@example({"a": "\u0000\u001f\u007f\u2028"})
def test_whichever_library_writes_it_the_bytes_are_those_of_rfc_8785(body: dict[str, Any]) -> None:
    try:
        expected = rfc8785.dumps(body)
    except ValueError:
        with pytest.raises(ValueError):
            canonical(body)
        return
    assert canonical(body) == expected


def test_the_order_in_which_a_body_was_filled_makes_no_difference() -> None:
    assert encode(entry({"a": 1, "b": 2})) == encode(entry({"b": 2, "a": 1}))


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 2**53, "\ud800", b"bytes", {1: 2}, Sensitive("text")]
)
def test_what_canonical_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, TypeError, ValueError)):
        encode(entry({"a": value}))


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=9))])
def test_a_time_is_told_in_utc_with_microseconds(zone: timezone) -> None:
    assert stamp(AT.astimezone(zone)) == "2026-03-02T18:05:09.000012Z"
    assert stamp(AT.replace(microsecond=0).astimezone(zone)) == "2026-03-02T18:05:09.000000Z"


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        encode(entry({}, at=AT.replace(tzinfo=None)))


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_stamps_sort_as_their_times_do(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) is (one < other)


# SHA-256 over a zero byte and the leaf, from `printf '\000...' | openssl dgst -sha256`.
LEAVES = {
    b"": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    b"\x00": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    b"\x10": "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    b"L123456": "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
}


@pytest.mark.parametrize(("leaf", "digest"), LEAVES.items())
def test_a_leaf_is_hashed_after_rfc_6962(leaf: bytes, digest: str) -> None:
    assert leaf_hash(leaf).hex() == digest


def test_a_leaf_is_not_hashed_as_an_inner_node_or_bare() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != hashlib.sha256(b"\x01" + left + right).digest()
    assert leaf_hash(b"a") != hashlib.sha256(b"a").digest()
    assert len(left) == 32


# The leaves of the tree that Certificate Transparency's reference vectors are made of.
REFERENCE_LEAVES = [
    b"",
    bytes.fromhex("00"),
    bytes.fromhex("10"),
    bytes.fromhex("2021"),
    bytes.fromhex("3031"),
    bytes.fromhex("40414243"),
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]


def tree_root(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    left = 1 << (len(leaves) - 1).bit_length() - 1
    halves = tree_root(leaves[:left]) + tree_root(leaves[left:])
    return hashlib.sha256(b"\x01" + halves).digest()


@pytest.mark.shared
def test_leaf_hashes_are_those_of_the_reference_vectors(shared: Path) -> None:
    files = sorted((shared / "corpora/merkle_vectors/testdata/inclusion").glob("[0-9]/*.json"))
    vectors = [json.loads(path.read_text()) for path in files]
    sound = [vector for vector in vectors if not vector["wantErr"]]
    assert len(sound) >= 5
    for vector in sound:
        leaf = REFERENCE_LEAVES[vector["leafIdx"]]
        assert leaf_hash(leaf) == base64.b64decode(vector["leafHash"])
        root = tree_root(REFERENCE_LEAVES[: vector["treeSize"]])
        assert root == base64.b64decode(vector["root"])


# Private words are spelled with letters that no key, code or version of an entry has four of in a
# row, so that any four of them in an entry can only come from the text.
_LETTERS = "QZXJWqzxjwÉŁж"
words = st.text(_LETTERS, min_size=4, max_size=14)
phones = st.integers(100, 199).map(lambda number: f"920-555-0{number}")
plates = st.text("QZXJW", min_size=3, max_size=3).map(lambda letters: f"{letters}-4471")
private_words = st.lists(words | phones | plates, min_size=1, max_size=8)
common = st.lists(st.sampled_from(["caller", "says", "smoke", "at", "the", "engine"]), max_size=6)

_COMMITMENT = re.compile(r"2026-Q1:[0-9a-f]{64}")


@st.composite
def private_texts(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """Return a remark and the private words in it."""
    private = draw(private_words)
    return " ".join(draw(st.permutations(private + draw(common)))), tuple(private)


@st.composite
def applied_findings(draw: st.DrawFn, text: str) -> tuple[AppliedFinding, ...]:
    """Return findings at any spans of a text, as the redactor would have applied them."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        finding = Finding(
            start=start,
            end=end,
            entity=draw(st.sampled_from(Entity)),
            recognizer="pattern",
            recognizer_version="1",
            score=draw(st.sampled_from([0.3, 0.85, 1.0])),
            reason="pattern",
        )
        applied = AppliedFinding(
            remark=0,
            finding=finding,
            operator=draw(st.sampled_from(Operator)),
            commitments=commitments(SEAL.commit, REF, text[start:end]),
        )
        found.append(applied)
    return tuple(found)


states = st.sampled_from(
    [
        Held(reason=HoldReason.SUSPICIOUS_TEXT, detail="[UNEXPLAINED]"),
        Withheld(reason=WithholdReason.SENSITIVE_TEXT, detail="domestic"),
        Quarantined(code=NoticeCode.UNREADABLE_VALUE, field="opened_at"),
        Stale(),
    ]
)


def outcome_of(
    text: str, private: tuple[str, ...], state: RecordState, findings: tuple[AppliedFinding, ...]
) -> Outcome:
    values = tuple(Sensitive(each) for each in (text, *private))
    return Outcome(
        position=3,
        rows=1,
        state=state,
        ref=IncidentRef(SEAL.digest("incident", text.encode())),
        revision=SEAL.digest("revision", text.encode()),
        findings=findings,
        notices=(Notice(code=NoticeCode.POINT_ABSENT, field="point"),),
        memory=Memory(
            revision=SEAL.digest("revision", text.encode()),
            revised_at=None,
            rules="rules",
            values=values,
        ),
    )


def written(outcome: Outcome) -> str:
    words = verdict(outcome)
    body = outcome_body(
        outcome,
        payload_id=SEAL.digest("payload", b"body"),
        versions=VERSIONS,
        state=words.state.value,
        reason=words.reason,
    )
    return encode(entry(body)).decode()


def bare_hashes(text: str) -> Iterator[str]:
    """Yield what somebody without the key could compute of a text and compare."""
    for form in {text, text.lower(), text.upper(), text.strip(), re.sub(r"\W", "", text)}:
        for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s"):
            for prefix in (b"", b"\x00"):
                digest = hashlib.new(name, prefix + form.encode())
                yield digest.hexdigest()
                yield base64.b64encode(digest.digest()).decode().rstrip("=")


def assert_silent(line: str, private: tuple[str, ...], text: str) -> None:
    """Fail if an entry tells any four characters of private words, or a bare hash of them."""
    for value in (*private, text):
        assert [found for found in bare_hashes(value) if found[:16] in line] == []
    # Hexadecimal digests hold any four digits by chance; what is around them is searched.
    told = re.sub(r"[0-9a-f]{64}", "#", line).lower()
    for value in private:
        parts = [value[at : at + 4].lower() for at in range(len(value) - 3)]
        assert parts
        assert [part for part in parts if part in told] == []


LEAKS = {
    "four characters": "...xzqj...",
    "a bare digest": hashlib.sha256(b"QXZQJW").hexdigest(),
    "an old digest of the text": hashlib.md5(b"smoke QXZQJW").hexdigest(),
    "a leaf hash": leaf_hash(b"QXZQJW").hex(),
    "a digest in base64": base64.b64encode(hashlib.sha256(b"qxzqjw").digest()).decode(),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_the_search_of_these_tests_finds_leaks(leak: str) -> None:
    with pytest.raises(AssertionError):
        assert_silent(leak, ("QXZQJW",), "smoke QXZQJW")


@given(st.data(), private_texts(), states)
def test_an_outcomes_entry_tells_nothing_of_the_text_but_commitments(
    data: st.DataObject, drawn: tuple[str, tuple[str, ...]], state: RecordState
) -> None:
    text, private = drawn
    findings = data.draw(applied_findings(text))
    line = written(outcome_of(text, private, state, findings))
    assert_silent(line, private, text)
    told = json.loads(line)["body"]["findings"]
    assert [tuple(each["commitments"]) for each in told] == [each.commitments for each in findings]
    assert _COMMITMENT.findall(line) == [one for each in findings for one in each.commitments]


def incident_of(text: str, private: tuple[str, ...]) -> Incident:
    person = Person(role=PersonRole.CALLER, name=Sensitive(private[0]))
    return Incident(
        agency_id=AgencyId("elm-bluff"),
        ref=IncidentRef(SEAL.digest("incident", text.encode())),
        revision=SEAL.digest("revision", text.encode()),
        position=0,
        call_types=(Sensitive("SMOKE"),),
        opened_at=AT,
        revised_at=None,
        status=IncidentStatus.OPEN,
        priority=None,
        place=ExactPlace(address=Sensitive(private[-1])),
        people=(person,),
        remarks=(Remark(text=Sensitive(text)),),
        private_values=(),
        unit_count=1,
        restricted=False,
        notices=(),
    )


@given(private_texts())
@example(("smoke at the QZJX WXJQ 920-555-0143", ("QZJX", "WXJQ", "920-555-0143")))
def test_the_entry_of_a_redacted_incident_tells_nothing_of_its_remarks(
    drawn: tuple[str, tuple[str, ...]],
) -> None:
    text, private = drawn
    incident = incident_of(text, private)
    result = redact(incident, ((),), None, call_types=("SMOKE",), policy=load_policy(), seal=SEAL)
    findings = result.findings if isinstance(result, RedactedIncident) else ()
    assert findings or isinstance(result, Held)
    state = result if isinstance(result, Held) else Held(reason=HoldReason.NO_AREA)
    outcome = outcome_of(
        text, tuple(v.expose() for v in remembered(incident, ((),), None)), state, findings
    )
    assert_silent(written(outcome), private, text)
    for each in findings:
        removed = text[each.finding.start : each.finding.end]
        assert each.commitments == commitments(SEAL.commit, incident.ref, removed)


def test_a_findings_account_names_where_what_and_by_which_recognizer() -> None:
    finding = Finding(
        start=4,
        end=9,
        entity=Entity.PHONE,
        recognizer="phone",
        recognizer_version="2",
        score=0.75,
        reason="pattern",
    )
    applied = AppliedFinding(
        remark=1,
        finding=finding,
        operator=Operator.DROP,
        commitments=(Commitment("2026-Q1:ab"),),
    )
    assert finding_body(applied) == {
        "remark": 1,
        "start": 4,
        "end": 9,
        "entity": "PHONE",
        "operator": "drop",
        "recognizer": "phone",
        "recognizer_version": "2",
        "score": 0.75,
        "reason": "pattern",
        "commitments": ["2026-Q1:ab"],
    }


def test_an_outcomes_account_has_these_members_and_no_other() -> None:
    quarantined = Quarantined(code=NoticeCode.ROW_WIDTH, field="row 4")
    outcome = Outcome(position=7, rows=2, state=quarantined)
    body = outcome_body(
        outcome, payload_id="p", versions=VERSIONS, state="quarantined", reason="row-width"
    )
    assert body == {
        "payload": "p",
        "position": 7,
        "incident": "",
        "revision": "",
        "state": "quarantined",
        "reason": "row-width",
        "candidate": "",
        "versions": VERSIONS,
        "findings": [],
        "more": 0,
    }


def test_many_findings_go_on_in_entries_of_their_own() -> None:
    finding = Finding(
        start=0,
        end=9,
        entity=Entity.PHONE,
        recognizer="a recognizer of some length",
        recognizer_version="2026-11-25",
        score=0.75,
        reason="a reason of some length, as they have",
    )
    long = tuple(Commitment(f"2026-Q1:{number:064d}") for number in range(MOST_FORMS))
    one = AppliedFinding(remark=1, finding=finding, operator=Operator.DROP, commitments=long)
    count = 2 * FINDINGS_PER_ENTRY + 1
    state = Held(reason=HoldReason.NO_AREA)
    outcome = Outcome(position=0, rows=1, state=state, findings=(one,) * count)
    first = outcome_body(outcome, payload_id="p", versions=VERSIONS, state="held", reason="x")
    more = list(further_findings(outcome, payload_id="p"))
    assert first["more"] == count - FINDINGS_PER_ENTRY
    assert [each["from"] for each in more] == [FINDINGS_PER_ENTRY, 2 * FINDINGS_PER_ENTRY]
    assert sum(len(each["findings"]) for each in (first, *more)) == count
    assert max(len(encode(entry(each))) for each in (first, *more)) <= MAX_ENTRY_BYTES


def test_kinds_of_entries_are_these_forever() -> None:
    assert {kind.value for kind in EntryKind} >= {
        "payload-landed",
        "payload-walked",
        "payload-quarantined",
        "outcome",
        "edit",
        "decision",
        "publication",
        "retraction",
        "reveal",
        "shred",
        "feed-stopped",
    }
    assert all(kind.value == kind.name.lower().replace("_", "-") for kind in EntryKind)
    assert ENTRY_VERSION == 1
