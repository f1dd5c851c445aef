"""A subject is taken apart where it says one type and one number, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cad_mail import BOX

from pipeline.feeds import read_payload
from pipeline.feeds.mail_subject import parted_subject, subject_parts

KIND, NUMBER = "mail subject type", "mail subject number"


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        ("Structure Fire - F26-001234", ("Structure Fire", "F26-001234")),
        ("[CAD] 26-00412 MVA", ("MVA", "26-00412")),
        ("26-00412: GAS LEAK", ("GAS LEAK", "26-00412")),
        ("GAS LEAK (26-00412)", ("GAS LEAK", "26-00412")),
        ("MVA W/INJ #26-00412", ("MVA W/INJ", "26-00412")),
        ("I-94 CRASH \u2013 26-00412", ("I-94 CRASH", "26-00412")),
    ],
)
def test_a_type_and_a_number_come_apart(subject: str, parts: tuple[str, str]) -> None:
    assert subject_parts(subject) == parts


@pytest.mark.parametrize(
    "subject",
    [
        "GAS LEAK",
        "26-00412",
        "Re: GAS LEAK - 26-00412",
        "GAS LEAK - 26-00412 - 12 OAK ST",
        "26-00412 - MVA - Ilse Marchetti",
        "26-00412 26-00413 MVA",
        "MVA 920-555-0123",
        "MVA 555-0123",
        "MVA 9205550123",
        "MVA 2026-06-09",
        "MVA 06/09/2026",
        "1204 OAK ST FIRE",
        "26-00412 1204 OAK",
    ],
)
def test_what_says_more_or_less_stays_whole(subject: str) -> None:
    assert subject_parts(subject) is None
    assert parted_subject({"mail subject": subject}, (KIND,)) == {"mail subject": subject}


def test_a_subject_is_left_whole_where_no_part_is_read() -> None:
    heads = {"mail subject": "MVA - 26-00412", "mail date": "2026-06-09T10:00:00Z"}

    assert parted_subject(heads, ("mail subject",)) == heads
    assert parted_subject(heads, (NUMBER,)) == {
        "mail date": "2026-06-09T10:00:00Z",
        KIND: "MVA",
        NUMBER: "26-00412",
    }


@pytest.mark.parametrize("kind", ["labelled", "table"])
def test_a_call_is_read_by_its_parts_and_has_none_without_them(kind, make_agency, texts_of) -> None:
    fields = {"cfs_number": NUMBER, "call_type": KIND, "opened_at": "At"}
    agency = replace(make_agency(kind, fields=fields), transport=replace(BOX, headers=("subject",)))
    rest = "At: 2026-06-09 10:00\n" if kind == "labelled" else "At,Unit\n2026-06-09 10:00,E1\n"

    (record,) = read_payload(f"Subject: MVA - 26-00412\n\n{rest}".encode(), agency).records
    (whole,) = read_payload(f"Subject: Re: MVA - 26-00412\n\n{rest}".encode(), agency).records

    assert texts_of(record)["cfs_number"] == ("26-00412",)
    assert texts_of(record)["call_type"] == ("MVA",)
    assert {"cfs_number", "call_type"}.isdisjoint(texts_of(whole))  # the call is quarantined then
    assert "opened_at" in texts_of(whole)
