"""Two streets are a crossing only where no house is named."""

from __future__ import annotations

import pytest

from pipeline.feeds.crossed import crossed


@pytest.mark.parametrize("address", ["OAK ST", "N 4TH ST", "4TH ST", "I-94 WB", "STATE ROUTE 9"])
def test_a_street_and_another_are_a_crossing(address: str) -> None:
    assert crossed(address, "ELM AVE") == f"{address} / ELM AVE"


@pytest.mark.parametrize(
    "address",
    [
        "412 OAK ST",
        "412-B OAK ST",
        "400 BLK OAK ST",
        "4XX OAK ST",
        "W2621 STATE RD 87",
        "n6w23001 bluff rd",
        "SW 12 OAK ST",
        "NE2621 OAK RD",
        "XX OAK ST",
        "OAK ST / 2ND AVE",
        "OAK ST & 2ND AVE",
        "OAK ST @ 2ND AVE",
        "OAK ST \\ 2ND AVE",
    ],
)
def test_a_house_or_a_crossing_is_joined_to_no_street(address: str) -> None:
    assert crossed(address, "ELM AVE") is None


def test_nothing_is_no_crossing_street() -> None:
    assert crossed("OAK ST", "") is None
