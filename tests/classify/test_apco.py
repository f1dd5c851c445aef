"""The table of APCO codes: complete, in our own words, and strict where harm is possible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from pipeline.classify.apco import apco_codes, category_of
from pipeline.model import Category, Policy, Tier

XS = {"xs": "http://www.w3.org/2001/XMLSchema"}
TYPE = "IncidentCategoryCodeSimpleType"

# What a meaning may not speak of unless the tier is S3.
SENSITIVE = re.compile(
    r"domestic|sexual|rape|child|juvenile|minor\b|runaway|elder|suicid|\bmental|emotion|overdose"
    r"|medical|death|dead|murder|missing|welfare|stalk|harass|order of protection|writ violation"
    r"|custody|prostitution|incest|pregnan|molest|pornography|truant|curfew",
    re.IGNORECASE,
)


def official(shared: Path) -> dict[str, str]:
    """Return code and description as the schema lists them."""
    tree = etree.parse(shared / "standards" / "apco" / "apco.xsd")
    return {
        value.get("value"): " ".join(
            value.xpath("string(.//xs:documentation)", namespaces=XS).split()
        )
        for value in tree.xpath(f"//xs:simpleType[@name='{TYPE}']//xs:enumeration", namespaces=XS)
    }


def test_the_table_has_197_codes() -> None:
    assert len(apco_codes()) == 197


@pytest.mark.shared
def test_the_table_has_exactly_the_official_codes(shared: Path) -> None:
    assert set(apco_codes()) == set(official(shared))


@pytest.mark.shared
def test_no_meaning_is_copied_from_the_official_list(shared: Path) -> None:
    listed = {text.partition(" - ")[2].casefold() for text in official(shared).values()} - {""}
    assert listed
    assert not [code for code, row in apco_codes().items() if row.meaning.casefold() in listed]


@pytest.mark.shared
def test_every_official_description_with_a_sensitive_word_lands_in_s3(
    shared: Path, policy: Policy
) -> None:
    texts = {code: text for code, text in official(shared).items() if SENSITIVE.search(text)}
    assert len(texts) > 20
    wrong = {
        code: text
        for code, text in texts.items()
        if policy.categories[apco_codes()[code].category].tier is not Tier.S3
    }
    assert not wrong


@pytest.mark.parametrize(
    "codes",
    [
        "DVA DVNA ABDUCTF ORDERV CIVIL HARR",
        "SEXOFFNS INDECENT INTERNET VICE",
        "ABUSE NEGLECT RUNAWAY TRUANT CURFEW LIQUOR",
        "SUICIDE SUICTHRT EDP OD PANDEMIC",
        "DEATH DEATHNTF HOMICIDE DROWN",
        "PERMISS PERFND MISBOATR SAR WELFARE TROUBLE",
        "ABDOM ALLERGIC ALRDEFIB ALRMED ALS BACK BITE BLEEDING BLS BURN CARDIAC CHESPAIN CHOKE",
        "DIABETIC ELEC EXPOSURE EYE FALL HEADACHE HEMRG PERUNCON PREG RESP RESPARR SEIZURE SICK",
        "STROKE TRANSFER TRAUMA TRAUMAP",
    ],
)
def test_codes_about_a_persons_harm_are_never_told_individually(codes: str, policy: Policy) -> None:
    tiers = {code: policy.categories[apco_codes()[code].category].tier for code in codes.split()}
    assert set(tiers.values()) == {Tier.S3}, tiers


@pytest.mark.parametrize(
    "code",
    [
        "BARICADE",
        "HOSTAGE",
        "PURSUIT",
        "ELUDING",
        "ESCAPE",
        "MAYDAY",
        "WARRANT",
        "BOMB",
        "BIO",
        "TERROR",
        "MCI",
        "MAJORINC",
        "CIVDIS",
        "ABDUCTNF",
        "RESIST",
        "ATL",
    ],
)
def test_tactical_and_major_codes_wait_for_the_agency(code: str, policy: Policy) -> None:
    assert policy.categories[apco_codes()[code].category].tier is Tier.S4


@pytest.mark.parametrize(
    "code", ["ADMIN", "INFO", "ALIEN", "INVEST", "911H", "911OPN", "ASSIST", "STDBY"]
)
def test_administrative_codes_are_nobodys_business(code: str, policy: Policy) -> None:
    assert policy.categories[apco_codes()[code].category].tier is Tier.S5


def test_every_category_but_weather_is_reached_by_a_code() -> None:
    assert set(Category) - {row.category for row in apco_codes().values()} == {Category.WEATHER}


def test_a_code_apco_does_not_list_has_no_category() -> None:
    assert category_of("NOSUCH") is None
    assert category_of("fstru") is None
    assert category_of("FSTRU") is Category.STRUCTURE_FIRE


def test_every_code_has_a_short_meaning_of_its_own() -> None:
    meanings = [row.meaning for row in apco_codes().values()]
    assert len(set(meanings)) == 197
    assert all(3 < len(meaning) <= 80 for meaning in meanings)
