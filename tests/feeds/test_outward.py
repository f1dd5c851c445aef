"""Paths that lead out of a record say what XPath says, at a cost that grows with the payload."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from pipeline.feeds import outward, read_payload
from pipeline.feeds.outward import outward_once, taken_in_two
from pipeline.model import NoticeCode, PayloadRefused

PAGE = etree.fromstring(
    "<Calls day='1'><Type>FIRE</Type><Type>GAS</Type>"
    "<Group n='a'><Type>WIRES</Type><Call><No>1</No></Call><Call><No>2</No></Call></Group>"
    "<Group n='b'><Group n='c'><Type>TREE</Type><Call><No>3</No></Call></Group></Group></Calls>"
)
CALLS: Any = PAGE.xpath("//Call")


def searched(path: str) -> tuple[list[Any], list[Any]]:
    """Return what XPath itself finds for each call, and what is found once for each base."""
    whole = etree.XPath(path)
    two = taken_in_two(path)
    assert two is not None
    way = etree.XPath(two[0]) if two[0] else None
    once = outward_once({path: whole}, {path: (way, etree.XPath(two[1]))})[path]
    return [whole(call) for call in CALLS], [once(call) for call in CALLS]


@pytest.mark.parametrize(
    "path",
    [
        "../Type",
        "../@n",
        "../../Type[2]",
        "../../../Type",
        "/Calls/Type",
        "/Calls/@day",
        "/Calls/Group[@n='b']/Group/Type",
        "ancestor::Calls/Type",
        "ancestor::Group/Type",
        "ancestor::*/Type",
        "ancestor::Nothing/Type",
    ],
)
def test_a_path_taken_in_two_finds_what_it_finds_as_one(path: str) -> None:
    whole, once = searched(path)
    assert once == whole
    assert len(whole) == 3


@pytest.mark.parametrize(
    "path",
    ["Type", "../A | ../B", "string(../Type)", "../A = 'x'", "preceding-sibling::Type", "//A"],
)
def test_any_other_path_is_searched_as_it_is(path: str) -> None:
    assert taken_in_two(path) is None


class Counted:
    """Counts how often a path is searched."""

    def __init__(self, path: str) -> None:
        self.times, self._search = 0, etree.XPath(path)

    def __call__(self, element: etree._Element) -> Any:
        self.times += 1
        return self._search(element)


@pytest.mark.parametrize(("path", "bases"), [("/Calls/Type", 1), ("../Type", 2)])
def test_what_all_records_of_an_element_share_is_searched_once(path: str, bases: int) -> None:
    way, rest = taken_in_two(path) or ("", "")
    counted = Counted(rest)
    halves = {path: (etree.XPath(way) if way else None, counted)}
    search = outward_once({path: etree.XPath(path)}, halves)[path]

    found = [search(call) for call in CALLS]

    assert len(found) == 3
    assert counted.times == bases


def test_results_without_number_are_not_given_to_every_record(monkeypatch, make_agency):
    monkeypatch.setattr(outward, "MOST", 100)
    fields = {"cfs_number": "Id", "call_type": "Type", "opened_at": "At"}
    agency = make_agency(
        "xml", fields=fields, records="/Feed/Call", private_values=("/Feed/Person",)
    )
    call = "<Call><Id>1</Id><Type>GAS</Type><At>2026-06-09T10:00:00</At></Call>"
    few = f"<Feed>{call * 10}{'<Person>Ada Examplesen</Person>' * 10}</Feed>"
    assert len(read_payload(few.encode(), agency).records) == 10
    with pytest.raises(PayloadRefused) as caught:
        read_payload(few.replace("</Feed>", "<Person>Ben</Person></Feed>").encode(), agency)
    assert (caught.value.code, caught.value.position) == (NoticeCode.LIMIT_EXCEEDED, "around")
