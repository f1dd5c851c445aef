"""Addresses as agencies write them: the street is read, what was struck out is not."""

from __future__ import annotations

import pytest

from pipeline.place.addresses import Address, bare_street, folded_street, is_masked, read_address


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("1412 TAMARACK CT", "TAMARACK CT", 1412),
        ("1412 Tamarack Court", "TAMARACK CT", 1412),
        ("1020 FAIRGROUND AVE UNIT 12B", "FAIRGROUND AVE", 1020),
        ("210 Ferry Landing Rd, Rear", "FERRY LNDG RD", 210),
        ("905 South Lock Street", "S LOCK ST", 905),
        ("77 College Gate, Apt 4B", "COLLEGE GATE", 77),
        ("18-B Depot Loop # 3", "DEPOT LOOP", 18),
        ("12 1/2 Elm St", "ELM ST", 12),
        ("100 MAIN ST / 2ND ST", "MAIN ST", 100),
        ("Café Row", "CAFE ROW", None),
        ("4TH ST", "4TH ST", None),
        ("301 CENTER ST, THE TIN CUP CAFE", "CTR ST", 301),
    ],
)
def test_a_street_and_its_number_are_read(text: str, street: str, number: int | None) -> None:
    read = read_address(text)
    assert read == Address(street=street, number=number)


@pytest.mark.parametrize(
    "text",
    ["600 BLK GRANITE HILL TER", "600 Block of Granite Hill Terrace"],
)
def test_a_block_is_read_as_a_block(text: str) -> None:
    assert read_address(text) == Address(street="GRANITE HL TER", number=600, whole_block=True)


@pytest.mark.parametrize(
    "text", ["MAIN ST / 2ND AVE", "2nd Av & Main Street", "MAIN ST@2ND AV ", "MAIN ST \\ 2ND AVE"]
)
def test_a_crossing_is_the_same_from_either_street(text: str) -> None:
    assert read_address(text) == Address(street="2ND AVE", crossing="MAIN ST")


@pytest.mark.parametrize(
    "text",
    [
        "12XX N ELM ST",
        "001XX S Cortez St",
        "-XX Elm St",
        "XXX ELM ST",
        "1*** Elm St",
        "RESTRICTED ADDRESS",
        "[withheld]",
        "Confidential, 12 Elm St",
    ],
)
def test_what_the_agency_masked_is_not_read(text: str) -> None:
    assert is_masked(text)
    assert read_address(text) is None


@pytest.mark.parametrize("text", ["1412 TAMARACK CT", "XENIA ST", "12 Maxx Ln", "12 X ST", "EXXON"])
def test_an_ordinary_address_is_not_taken_for_masked(text: str) -> None:
    assert not is_masked(text)


@pytest.mark.parametrize("text", ["", "   ", "/", "&", "###", ",", "A / B / C", "1234567 Elm St"])
def test_what_is_no_address_has_no_number(text: str) -> None:
    read = read_address(text)
    assert read is None or read.number is None


def test_a_bare_street_is_without_wind_and_kind() -> None:
    assert bare_street(folded_street("North Dune View Court")) == "DUNE VW"
    assert bare_street("N") == "N"
    assert bare_street("AVE") == "AVE"


def test_an_address_does_not_show_itself() -> None:
    assert "TAMARACK" not in repr(read_address("1412 Tamarack Ct"))
