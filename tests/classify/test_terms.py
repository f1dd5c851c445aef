"""An agency's own terms: stricter is taken, looser is refused with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.agencies import Agency
from pipeline.agencies.agency import AgencyTerms
from pipeline.classify import check_terms, gate, terms_for
from pipeline.model import (
    Audience,
    Category,
    CategoryRule,
    PlaceLevel,
    Policy,
    Withheld,
    WithholdReason,
)

MakeAgency = Callable[..., Agency]
HOUR = timedelta(hours=1)


def stricter(agency: Agency, *verbs: str, categories: str = "burglary") -> Agency:
    own = AgencyTerms(
        categories=frozenset(Category(name) for name in categories.split()),
        audience=Audience.PUBLIC,
        verbs=verbs,
        reason="The town asked for it.",
        line=7,
    )
    return replace(agency, terms=(own,))


@pytest.mark.parametrize(
    ("verb", "part", "value"),
    [
        ("delay(48h)", "delay", 48 * HOUR),
        ("zone(district)", "place", PlaceLevel.DISTRICT),
        ("keep_row_drop_location", "place", PlaceLevel.NOWHERE),
        ("coarsen_time(day)", "time_floor", 24 * HOUR),
        ("require_second_editor", "approvals", 2),
        ("max_age(1h)", "max_age", HOUR),
        ("window(24h)", "live", 24 * HOUR),
        ("one_per_area(48h)", "one_per_area", 48 * HOUR),
        ("effective_from(2027-01-01)", "since", date(2027, 1, 1)),
        ("snap_area(min_addresses=50)", "min_addresses", 50),
    ],
)
def test_a_stricter_verb_counts(
    verb: str, part: str, value: object, policy: Policy, make_agency: MakeAgency
) -> None:
    agency = stricter(make_agency(), verb)
    assert check_terms(agency, policy) == ()
    rule = gate((Category.BURGLARY,), policy, agency)
    assert isinstance(rule, CategoryRule)
    assert rule.public is not None
    assert getattr(rule.public, part) == value
    assert rule.approvals >= rule.public.approvals
    assert rule.time_floor == rule.public.time_floor
    assert "The town asked for it." in rule.public.reason
    other = terms_for(policy.categories[Category.THEFT], agency)
    assert other == policy.categories[Category.THEFT].terms


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        ("delay(2h)", "the delay"),
        ("delay(48h, or_closed)", "waiting for the end of the call"),
        ("block(100)", "the place"),
        ("round(2)", "the place"),
        ("snap_area(min_addresses=8)", "the addresses an area must have"),
        ("coarsen_time(1h)", "the time shown"),
        ("max_age(3h)", "the age at first publication"),
        ("window(72h)", "the live window"),
        ("listed(60d)", "the time it is listed"),
        ("one_per_area(1h)", "how long one alert stands for an area"),
        ("in_zone(keep_row_drop_location)", "what happens in an exclusion zone"),
    ],
)
def test_a_looser_verb_is_refused_with_what_is_allowed(
    verb: str, what: str, policy: Policy, make_agency: MakeAgency
) -> None:
    (error,) = check_terms(stricter(make_agency(), verb), policy)
    assert error.line == 7
    assert f"burglary, public: looser than policy {policy.version} allows in: {what};" in str(error)
    assert "delay(24h)" in str(error)
    assert "An agency may only be stricter" in str(error)


def test_a_verb_nobody_knows_is_refused(policy: Policy, make_agency: MakeAgency) -> None:
    (error,) = check_terms(stricter(make_agency(), "vanish"), policy)
    assert "there is no verb 'vanish'" in str(error)


def test_an_agency_may_drop_what_the_policy_releases(
    policy: Policy, make_agency: MakeAgency
) -> None:
    agency = stricter(make_agency(), "drop_row")
    reason = WithholdReason.CATEGORY_NOT_RELEASED
    withheld = Withheld(reason=reason, detail="burglary")
    assert gate((Category.BURGLARY,), policy, agency) == withheld
    assert isinstance(gate((Category.SMOKE,), policy, agency), CategoryRule)


def test_two_categories_give_the_strictest_of_each_part(
    policy: Policy, make_agency: MakeAgency
) -> None:
    rule = gate((Category.BURGLARY, Category.ROBBERY), policy, make_agency())
    assert isinstance(rule, CategoryRule)
    assert rule.public is not None
    assert (rule.public.delay, rule.public.closing.name) == (24 * HOUR, "REQUIRED")
    assert rule.public.one_per_area == 24 * HOUR
