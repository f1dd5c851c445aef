"""Labels inside texts cost linear time, and put nobody's words into paths."""

from __future__ import annotations

import time

from pipeline.onboarding.inside import labelled_parts
from pipeline.onboarding.leaf import Leaf


def paths_of(*texts: str) -> list[str]:
    records = [[Leaf(path="d", text=text)] for text in texts]
    return [leaf.path for each in labelled_parts(records)[:1] for leaf in each]


def test_who_speaks_in_a_few_records_is_no_label() -> None:
    told = "JUNIPER PELL: fell<br/>QUILLON ABERNATHWY: adv she is awake<br/>"
    assert paths_of(told) == []
    assert paths_of(told, told) == []


def test_an_attribute_of_one_record_stands_in_no_path() -> None:
    odd = "Type: GAS<br/>Area: B<a rel='Juniper Pell 555-0143'>"
    found = paths_of("Type: FALL<br/>Area: A", "Type: GAS<br/>Area: B", odd)
    assert any("Type:" in path for path in found)
    assert "Juniper" not in " ".join(found)


def test_a_label_of_one_record_stands_in_no_path() -> None:
    plain = ["Type: FALL, Area: A", "Type: GAS, Area: B", "Type: GAS, Area: C", "Type: X, Area: D"]
    found = paths_of(*plain, "Type: X, Area: D, Juniper Pell: fell")
    assert "Juniper" not in " ".join(found)


def test_space_takes_no_square_of_its_length() -> None:
    begun = time.process_time()
    for space in (" " * 200_000, "\n" * 200_000, "<b>" * 50_000):
        paths_of(*[f"Type: FALL<br/>Area: A{space}B"] * 3)
    assert time.process_time() - begun < 5
