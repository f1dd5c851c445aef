"""Invented narratives: the same for a seed, true about what is private, split without overlap."""

import re

import pytest

from pipeline.emulator.narratives import STYLES, narratives
from pipeline.emulator.narratives.grammar import carriers
from pipeline.emulator.narratives.names import first_name, last_name, split_of
from pipeline.emulator.narratives.values import SLOTS
from pipeline.model import Entity


@pytest.fixture(scope="module")
def some():
    return list(narratives(5, "train", 900))


def test_the_same_seed_gives_the_same_narratives_and_another_seed_others(some):
    assert list(narratives(5, "train", 900)) == some
    assert [each.text for each in narratives(6, "train", 900)] != [each.text for each in some]


def test_every_style_and_every_entity_appears(some):
    assert {each.style for each in some} == set(STYLES)
    assert {entity for _, entity in SLOTS.values()} == {e for n in some for _, _, e in n.spans}


def test_spans_are_of_known_entities_in_order_and_inside_the_text(some):
    for each in some:
        done = 0
        for start, end, entity in each.spans:
            assert done <= start < end <= len(each.text)
            assert Entity(entity)
            done = end


def test_a_span_of_a_telephone_holds_a_whole_number_reserved_for_invention(some):
    phones = [each.text[start:end] for each in some for start, end, e in each.spans if e == "PHONE"]
    digits = [re.sub(r"[^0-9]", "", text) for text in phones if text.isascii()]
    written = [each for each in digits if each]
    assert len(written) > 100
    assert all(re.search(r"55501\d\d$", each) for each in written)


def test_some_narratives_hold_nothing_private(some):
    bare = sum(not each.spans for each in some)
    assert len(some) // 10 < bare < len(some) * 6 // 10


def test_names_and_carriers_of_the_splits_do_not_overlap():
    from random import Random

    rng = Random(1)
    for split in ("train", "test"):
        for make in (first_name, last_name):
            assert {split_of(make(rng, split)) for _ in range(300)} == {split}
    for section in ("person", "staff", "access", "hard", "phone"):
        assert carriers(section, "train")
        assert carriers(section, "test")
        assert not set(carriers(section, "train")) & set(carriers(section, "test"))
