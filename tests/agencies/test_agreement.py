"""A feed is read only on days its signed agreement covers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.agencies import Agency, check_agreement, load_agency
from pipeline.model import AgreementStopped


@pytest.fixture
def agency(write: Callable[..., tuple[Path, Path]]) -> Agency:
    folder, dialects = write()
    return load_agency(folder, dialects=dialects)


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(2027, 6, 1), date(2029, 1, 9)])
def test_feed_is_read_from_the_first_to_the_last_day(agency: Agency, day: date) -> None:
    check_agreement(agency, day)
    assert agency.agreement.effective <= day <= agency.agreement.expires


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 1, 4), "signed only on 2026-01-05"),
        (date(2026, 1, 9), "takes effect only on 2026-01-10"),
        (date(2029, 1, 10), "expired on 2029-01-09"),
    ],
)
def test_feed_stops_outside_the_term(agency: Agency, day: date, reason: str) -> None:
    with pytest.raises(AgreementStopped, match=reason) as caught:
        check_agreement(agency, day)
    assert str(caught.value).startswith("juniper-falls-pd: ")
    assert "In juniper-falls-pd/agency.yml, " in str(caught.value)


def test_feed_stops_when_the_agreement_is_unsigned(agency: Agency) -> None:
    unsigned = dataclasses.replace(agency.agreement, signed=None)
    with pytest.raises(AgreementStopped, match="is not signed"):
        check_agreement(dataclasses.replace(agency, agreement=unsigned), date(2027, 1, 1))


def test_feed_stops_until_a_late_signature(agency: Agency) -> None:
    late = dataclasses.replace(agency.agreement, signed=date(2026, 3, 1))
    with pytest.raises(AgreementStopped, match="signed only on 2026-03-01"):
        check_agreement(dataclasses.replace(agency, agreement=late), date(2026, 2, 1))
