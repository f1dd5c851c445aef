"""What no policy may be looser than, for those who are told more than the public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.model import Audience, Category, Closing, PlaceLevel, Terms, Tier, looser_parts
from pipeline.policies.limits import VIOLENCE, limit_of

PRECISE = {
    "place": PlaceLevel.ROUNDED,
    "decimals": 3,
    "time_floor": timedelta(minutes=15),
    "live": timedelta(days=1),
    "listed": timedelta(days=1),
}


@pytest.mark.parametrize("category", sorted(VIOLENCE))
def test_a_partner_is_told_of_violence_only_when_the_scene_is_clear(category: Category) -> None:
    limit = limit_of(category, Tier.S4, Audience.PARTNER)
    assert looser_parts(PRECISE | {"closing": Closing.IGNORED}, limit) == ("closing",)
    assert looser_parts(PRECISE | {"closing": Closing.ENDS_DELAY}, limit) == ("closing",)
    assert looser_parts(PRECISE | {"closing": Closing.REQUIRED}, limit) == ()


def test_a_partner_may_be_told_of_a_hazard_at_once() -> None:
    limit = limit_of(Category.STRUCTURE_FIRE, Tier.S0, Audience.PARTNER)
    assert looser_parts(PRECISE | {"closing": Closing.IGNORED}, limit) == ()


@pytest.mark.parametrize("tier", [Tier.S3, Tier.S5])
def test_a_partner_is_never_told_what_nobody_is_told(tier: Tier) -> None:
    limit = limit_of(Category.DOMESTIC, tier, Audience.PARTNER)
    assert looser_parts(PRECISE | {"row": Terms().row}, limit) == ("row",)
