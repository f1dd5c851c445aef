"""A dialect that reads places which the sample's own mapping does not is told where not taken."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_call import call, dumped, found_in

from pipeline.usecases import agency_folder
from pipeline.usecases.agency_folder import Draft, best_dialect

NOTHING = agency_folder._Read(0.0, 0.0, 0.0)
VARIED = agency_folder._Read(1.0, 0.9, 3.0)  # as many types as a title has
JOINED = agency_folder._Read(1.0, 0.9, 3.0, joined=True)
PLACELESS = agency_folder._Read(1.0, 0.9, 0.0)


@pytest.mark.parametrize(
    ("reads", "best"),
    [
        ({"nena-eido": VARIED, "own": PLACELESS}, ("own", "nena-eido")),
        ({"nena-eido": JOINED, "own": PLACELESS}, ("nena-eido", "")),
        ({"nena-eido": VARIED, "own": VARIED}, ("own", "")),
        ({"nena-eido": PLACELESS, "own": PLACELESS}, ("own", "")),
        ({"nena-eido": agency_folder._Read(1.0, 0.2, 3.0), "own": PLACELESS}, ("nena-eido", "")),
        ({"own": PLACELESS}, ("own", "")),
    ],
)
def test_a_dialect_that_tells_places_is_named_where_the_own_mapping_has_none(
    reads: Mapping[str, Any], best: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agency_folder, "_reads", lambda _d, name, _p: reads.get(name, NOTHING))
    monkeypatch.setattr(agency_folder, "_variety", lambda _draft: 0.2)

    assert best_dialect(cast("Draft", None), ()) == best


@pytest.mark.parametrize("head", ['<?xml version="1.0"?>', ""])
def test_xml_in_a_text_is_no_remark(head: str) -> None:
    """It tells a place or a person in a form of its own, and would be shown as somebody's words."""
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        words = f"the north gate of barn number {n} behind the creek"
        each["extra"] = f'{head}<p:presence a="1" xmlns:p="urn:x"><note>{words}</note></p:presence>'

    inferred, _ = found_in(dumped(calls))

    assert [each.text for each in inferred.remarks] == ["Remarks"]
    calls[3]["extra"] = "<behind> the barn, not far from the creek, by the old mill"
    inferred, _ = found_in(dumped(calls))
    assert [each.text for each in inferred.remarks] == ["Remarks", "extra"]
