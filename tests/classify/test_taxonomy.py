"""The taxonomy: whole, true to the standards it names, and as strict as the policy."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lxml import etree

from pipeline.classify.apco import apco_codes
from pipeline.classify.taxonomy import Flavour, News, incident_type_page, taxonomy
from pipeline.model import Policy, Tier

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "incident-types.md"
# NIBRS since 2019, without the offenses of federal agencies; compared with OffenseCode of
# SEARCH-NCJIS/nibrs, which marks 90I as gone.
NIBRS = frozenset(
    [
        "09A",
        "09B",
        "09C",
        "100",
        "11A",
        "11B",
        "11C",
        "11D",
        "120",
        "13A",
        "13B",
        "13C",
        "200",
        "210",
        "220",
        "23A",
        "23B",
        "23C",
        "23D",
        "23E",
        "23F",
        "23G",
        "23H",
        "240",
        "250",
        "26A",
        "26B",
        "26C",
        "26D",
        "26E",
        "26F",
        "26G",
        "270",
        "280",
        "290",
        "35A",
        "35B",
        "36A",
        "36B",
        "370",
        "39A",
        "39B",
        "39C",
        "39D",
        "40A",
        "40B",
        "40C",
        "510",
        "520",
        "64A",
        "64B",
        "720",
        "90A",
        "90B",
        "90C",
        "90D",
        "90E",
        "90F",
        "90G",
        "90H",
        "90J",
        "90Z",
    ]
)
XS = {"xs": "http://www.w3.org/2001/XMLSchema"}


def test_every_apco_code_has_one_row() -> None:
    assert set(taxonomy()) == set(apco_codes())
    assert len(taxonomy()) == 197


def test_whatever_gives_something_away_is_never_told_individually(policy: Policy) -> None:
    loose = {
        row.code: policy.categories[row.category].tier
        for row in taxonomy().values()
        if row.flavour is not Flavour.NONE and row.flavour is not Flavour.MISSING
    }
    wrong = {c for c, tier in loose.items() if tier not in (Tier.S3, Tier.S4, Tier.S5)}
    assert wrong == set()


def test_every_type_of_tier_s3_says_what_it_gives_away(policy: Policy) -> None:
    silent = {
        row.code
        for row in taxonomy().values()
        if policy.categories[row.category].tier is Tier.S3 and row.flavour is Flavour.NONE
    }
    assert silent == set()


def test_every_nibrs_code_is_one_that_local_agencies_report() -> None:
    named = {code for row in taxonomy().values() for code in row.nibrs}
    assert len(named) > 40
    assert named <= NIBRS


def test_a_structure_fire_is_news_and_an_informational_call_is_not() -> None:
    assert taxonomy()["FSTRU"].news is News.N3
    assert taxonomy()["INFO"].news is News.N0


@pytest.mark.shared
def test_every_neris_value_is_on_the_list_or_begins_one(shared: Path) -> None:
    known = set()
    with (shared / "standards" / "neris" / "type_incident.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            parts = [row[f"value_{level}"] for level in (1, 2, 3) if row[f"value_{level}"]]
            known |= {"||".join(parts[: end + 1]) for end in range(len(parts))}
    assert {row.neris for row in taxonomy().values()} - {""} <= known


@pytest.mark.shared
def test_every_cap_category_is_in_the_schema(shared: Path) -> None:
    tree = etree.parse(shared / "standards" / "cap" / "cap12.xsd")
    path = "//xs:element[@name='category']//xs:enumeration/@value"
    assert {row.cap for row in taxonomy().values()} <= set(tree.xpath(path, namespaces=XS))


def test_the_page_is_current(policy: Policy) -> None:
    assert PAGE.read_text(encoding="utf-8") == incident_type_page(policy), "Run: blotter pages"
