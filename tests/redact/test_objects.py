"""Records pasted into a remark are opened: members become labels, every value is visited."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redact.normal import normalised
from pipeline.usecases.redact_texts import RedactedText, Redactor

CARD = """BEGIN:VCARD
VERSION:3.0
N:Quillfeather;Thora;;;
FN:Thora Quillfeather
TEL;TYPE=CELL:+1-608-555-0143
ADR;TYPE=HOME:;;42 Marsh Rd;Amity;WI;
END:VCARD"""


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ('{"crew": 4, "note": "light smoke"}', "crew: 4; note: light smoke"),
        ('{"tags":["DPW","LOADER"],"up":true}', "tags: DPW, LOADER; up: true"),
        ('{"svcAddr":"x","eta_min":3}', "svc Addr: x; eta min: 3"),
        ('{\\"narr\\":\\"gone\\",\\"beat\\":\\"4\\"}', "narr: gone; beat: 4"),
        ('{"owner":{"last":"x","first":null},"hit":1}', "owner: name: x; name: ; hit: 1"),
        ('[{"t":"1"},{"t":"2"}]', "t: 1; t: 2"),
        (CARD.splitlines()[0] + "\nN:Quill;Thora\nEND:VCARD", "name: Quill, Thora"),
        (f"see {encoded('blue door, two dogs')} end", "see blue door, two dogs end"),
        (f"see {encoded(encoded('blue door, two dogs'))} end", "see blue door, two dogs end"),
    ],
)
def test_structure_becomes_labels(text: str, opened: str) -> None:
    plain, spans = normalised(text)
    assert " ".join(plain.replace(" ;", ";").split()) == opened
    assert spans is not None
    assert len(spans) == len(plain)


@pytest.mark.parametrize(
    "text",
    [
        '{"rp":{"first":"Thora","last":"Quillfeather"},"ani":"6085550143","loc":"42 Marsh Rd"}',
        '{"Thora Quillfeather": "6085550143", "where": "42 Marsh Rd"}',
        CARD,
        encoded("call Thora Quillfeather 608-555-0143 at 42 Marsh Rd"),
        encoded('{"name":"Thora Quillfeather","tel":"608-555-0143","adr":"42 Marsh Rd"}'),
        "<rp><fn>Thora</fn><ln>Quillfeather</ln></rp><cb>6085550143</cb><loc>42 Marsh Rd</loc>",
        "https://map.example/?q=42+Marsh+Rd&name=Thora+Quillfeather&tel=6085550143",
    ],
    ids=["json", "name-as-key", "vcard", "base64", "json-in-base64", "xml", "url"],
)
def test_every_leaf_is_visited(redactor: Redactor, text: str) -> None:
    redacted = redactor.redact(text)
    if isinstance(redacted, RedactedText):
        shown = redacted.text.lower()
        assert not [
            each for each in ("thora", "quill", "555", "0143", "42 m", "marsh") if each in shown
        ]
        assert redacted.findings


def test_a_known_name_is_found_inside_base64(redactor: Redactor) -> None:
    text = f"attachment {encoded('Marsh was here with a red bike')} seen"
    redacted = redactor.redact(text, {"caller_name": "MARSH, THORA"})
    assert isinstance(redacted, RedactedText)
    assert "marsh" not in redacted.text.lower()


@pytest.mark.parametrize(
    "text",
    [
        'she said "stop" and left',
        "CallerStatesTheyLeft at 1402",
        "BEGIN with the left door",
        "ratio 3:1, unit 4",
    ],
)
def test_what_is_no_record_stays_as_it_is(text: str) -> None:
    assert normalised(text)[0] == text


# No b: "[b]" is a forum's code for bold, and rightly vanishes.
@given(st.text(alphabet='{}[]",: ac1;\n', max_size=80))
def test_no_letter_or_digit_is_lost(text: str) -> None:
    plain, spans = normalised(text)
    assert "".join(filter(str.isalnum, plain)) == "".join(filter(str.isalnum, text))
    if spans is not None:
        assert len(spans) == len(plain)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert [start for start, _ in spans] == sorted(start for start, _ in spans)
