"""The union of findings covers everything, once, and its owner is the strongest."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Entity, Finding
from pipeline.redact.spans import join_unexplained, snap, union
from pipeline.redact.tokens import tokens

WEAK = Finding(
    start=0,
    end=5,
    entity=Entity.UNEXPLAINED,
    recognizer="default-deny",
    recognizer_version="1",
    score=0.1,
    reason="number",
)


def spans() -> st.SearchStrategy[Finding]:
    return st.builds(
        lambda start, length, entity, score: replace(
            WEAK, start=start, end=start + length, entity=entity, score=score
        ),
        st.integers(0, 60),
        st.integers(1, 20),
        st.sampled_from(Entity),
        st.sampled_from([0.1, 0.5, 1.0]),
    )


def covered(findings: tuple[Finding, ...] | list[Finding]) -> set[int]:
    return {place for each in findings for place in range(each.start, each.end)}


@given(st.lists(spans(), min_size=1))
def test_union_covers_exactly_what_went_in_without_overlap(findings: list[Finding]) -> None:
    united = union(findings)
    assert covered(united) == covered(findings)
    assert all(left.end < right.start for left, right in pairwise(united))


@given(st.lists(spans(), min_size=1))
def test_union_is_idempotent_and_blind_to_order(findings: list[Finding]) -> None:
    assert union(union(findings)) == union(findings) == union(reversed(findings))


@given(st.lists(spans(), min_size=1), st.text(min_size=80, max_size=90))
def test_snapping_and_joining_never_uncover_anything(findings: list[Finding], text: str) -> None:
    cut = tokens(text)
    starts, ends = [each.start for each in cut], [each.end for each in cut]
    snapped = snap(findings, starts, ends)
    assert covered(join_unexplained(union(snapped), starts)) >= covered(findings)


def test_a_direct_finding_names_the_span_even_with_a_lower_score() -> None:
    direct = replace(WEAK, start=3, end=9, entity=Entity.PHONE, score=0.05)
    (merged,) = union([WEAK, direct])
    assert (merged.start, merged.end, merged.entity) == (0, 9, Entity.PHONE)


def test_the_strongest_owner_is_chosen_across_a_chain_of_overlaps() -> None:
    chain = [
        replace(WEAK, start=0, end=4, entity=Entity.LICENSE, score=0.4),
        replace(WEAK, start=3, end=8, entity=Entity.PERSON, score=1.0),
        replace(WEAK, start=7, end=30, entity=Entity.URL, score=0.6),
    ]
    (merged,) = union(chain)
    assert (merged.start, merged.end, merged.entity) == (0, 30, Entity.PERSON)


def test_a_finding_inside_a_word_is_widened_to_the_word() -> None:
    (widened,) = snap([replace(WEAK, start=6, end=8)], (0, 6, 15), (5, 14, 18))
    assert (widened.start, widened.end) == (6, 14)


def test_unexplained_neighbours_join_only_without_a_word_between() -> None:
    starts = [each.start for each in tokens("abc, def then ghi")]
    parts = [replace(WEAK, start=s, end=e) for s, e in ((0, 3), (5, 8), (14, 17))]
    joined = join_unexplained(parts, starts)
    assert [(each.start, each.end) for each in joined] == [(0, 8), (14, 17)]
